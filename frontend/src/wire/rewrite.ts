/** Placeholder. */
export const inPieces = (update: Uint8Array, _limit: number): Uint8Array[] => [update]
export const withoutContent = (updates: Uint8Array[], _refused: Set<Uint8Array>): Uint8Array[] =>
  updates
export const withOtherClient = (updates: Uint8Array[], _client: number): Uint8Array[] => updates
