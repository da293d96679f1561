import type { LangMessages } from './LangMessage.js';

/** The same list, which goes on growing for its owner, with tools that only one run knows. */
export function withOwnTools(list: LangMessages): LangMessages {
  const { availableTools } = list;
  if (availableTools === undefined) return list;
  const own = { availableTools };
  const holderOf = (key: PropertyKey): object => (key === 'availableTools' ? own : list);
  return new Proxy(list, {
    get: (_, key): unknown => Reflect.get(holderOf(key), key),
    set: (_, key, value) => Reflect.set(holderOf(key), key, value),
  });
}
