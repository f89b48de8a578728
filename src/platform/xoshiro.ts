/** xoshiro128** (Blackman and Vigna, https://prng.di.unimi.it): numbers that look random and can be repeated. */
export class Xoshiro128 {
  private readonly state = new Uint32Array(4);

  /** Seeds the state through MurmurHash3's finaliser, so that near seeds give unlike numbers. */
  constructor(seed: number) {
    let mixed = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let z = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.state[i] = z ^ (z >>> 16);
    }
  }

  /** The next 32 bits. */
  next(): number {
    const s = this.state;
    const [a, b, c, d] = [s[0]!, s[1]!, s[2]!, s[3]!];
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    s[2] = c ^ a;
    s[3] = d ^ b;
    s[1] = b ^ s[2];
    s[0] = a ^ s[3];
    s[2] = s[2] ^ (b << 9);
    s[3] = rotate(s[3], 11);
    return result;
  }

  fill(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += 4) {
      const word = this.next();
      for (let j = 0; j < 4 && i + j < bytes.length; j++) bytes[i + j] = word >>> (8 * j);
    }
  }
}

function rotate(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}
