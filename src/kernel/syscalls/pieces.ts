/**
 * Does one piece of a transfer after the other, and adds up. It ends with the pieces, with one that was not done
 * whole, or with a failure, which is the result only if nothing had been done before. All of it happens at once as
 * long as the pieces do.
 */
export function inPieces<Piece extends { readonly length: number }>(
  pieces: Iterator<Piece>,
  transfer: (piece: Piece, done: number) => number | Promise<number>,
  already = 0,
): number | Promise<number> {
  let done = already;
  for (let next = pieces.next(); next.done !== true; next = pieces.next()) {
    const piece = next.value;
    const result = transfer(piece, done);
    if (typeof result !== "number") {
      const before = done;
      return result.then((count) =>
        count < piece.length ? total(before, count) : inPieces(pieces, transfer, before + count),
      );
    }
    if (result < piece.length) return total(done, result);
    done += result;
  }
  return done;
}

function total(done: number, last: number): number {
  return last >= 0 ? done + last : done > 0 ? done : last;
}
