/** One of a few, as a row of radio buttons. */
export function Choice<Value extends string>({
  name,
  values,
  value,
  onChange,
}: {
  name: string;
  values: readonly Value[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset>
      <legend>{name}</legend>
      <div className="choices">
        {values.map((option) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            {option}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
