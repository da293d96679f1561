import type { LangMessages } from './LangMessage.js';

/**
 * The same list, which goes on growing for its owner, with what belongs to one run alone: its tools, and the
 * half-read answer that the library keeps in it under a symbol, where the next run would go on with it.
 */
export function listOfRun(list: LangMessages): LangMessages {
  const { availableTools } = list;
  const own: object = availableTools === undefined ? {} : { availableTools };
  const holderOf = (key: PropertyKey): object => (Object.hasOwn(own, key) ? own : list);
  return new Proxy(list, {
    get: (_, key): unknown => Reflect.get(holderOf(key), key),
    set: (_, key, value) => Reflect.set(typeof key === 'symbol' ? own : holderOf(key), key, value),
    deleteProperty: (_, key) => Reflect.deleteProperty(holderOf(key), key),
  });
}
