import type { MessagePart } from './ChatLike.js';

/** What a provider says of the parts that it wrote. */
const KEYS = ['providerMetadata', 'callProviderMetadata', 'resultProviderMetadata'] as const;

/**
 * The parts of an answer that was stopped or failed as words of their own. OpenAI keeps no answer that was aborted, so
 * that a reference to its items fails the next turn (vercel/ai#8811).
 */
export function withoutItems(parts: readonly MessagePart[]): readonly MessagePart[] {
  if (!parts.some(hasItem)) return parts;
  return parts.map((part) => {
    if (!hasItem(part)) return part;
    const changed: MessagePart = { ...part };
    for (const key of KEYS) {
      const said = part[key];
      if (said !== undefined) changed[key] = forget(said);
    }
    return changed;
  });
}

const hasItem = (part: MessagePart): boolean =>
  KEYS.some((key) => Object.values(part[key] ?? {}).some((said) => 'itemId' in said));

const forget = (metadata: ProviderMetadata): ProviderMetadata =>
  Object.fromEntries(
    Object.entries(metadata).map(([provider, said]) => {
      const rest = { ...said };
      delete rest.itemId;
      return [provider, rest];
    }),
  );

type ProviderMetadata = NonNullable<MessagePart['providerMetadata']>;
