/** Character devices by number (Documentation/admin-guide/devices.txt). */
import { ENOSPC, ENXIO } from "../abi/errno.ts";
import { makeDevice } from "../abi/stat.ts";
import type { Dentry } from "./dentry.ts";
import { OpenFile } from "./openfile.ts";

export type OpenDevice = (dentry: Dentry, flags: number) => OpenFile | number;

/** Who answers for a device number when a node with it is opened, in whatever directory that is. */
export class Devices {
  private readonly drivers = new Map<number, OpenDevice>();

  register(device: number, open: OpenDevice): void {
    this.drivers.set(device, open);
  }

  open(device: number, dentry: Dentry, flags: number): OpenFile | number {
    return this.drivers.get(device)?.(dentry, flags) ?? -ENXIO;
  }
}

export const NULL_DEVICE = makeDevice(1, 3);
export const ZERO_DEVICE = makeDevice(1, 5);
export const FULL_DEVICE = makeDevice(1, 7);
export const RANDOM_DEVICE = makeDevice(1, 8);
export const URANDOM_DEVICE = makeDevice(1, 9);
export const TTY_DEVICE = makeDevice(5, 0);
export const CONSOLE_DEVICE = makeDevice(5, 1);
export const PTS_DEVICE = makeDevice(136, 0);

/** A device that is read and written without a position. */
abstract class StreamDevice extends OpenFile {
  abstract override read(target: Uint8Array): number;

  override write(source: Uint8Array): number {
    return source.length;
  }

  override readAt(target: Uint8Array): number {
    return this.read(target);
  }

  override writeAt(source: Uint8Array): number {
    return this.write(source);
  }

  /** These devices take any lseek and stay at 0. */
  override seek(): number {
    return 0;
  }
}

/** /dev/null: empty to read, takes everything (null(4)). */
class NullFile extends StreamDevice {
  override read(): number {
    return 0;
  }
}

/** /dev/zero. */
class ZeroFile extends StreamDevice {
  override read(target: Uint8Array): number {
    target.fill(0);
    return target.length;
  }
}

/** /dev/full: as /dev/zero, but nothing can be written (full(4)). */
class FullFile extends ZeroFile {
  override write(): number {
    return -ENOSPC;
  }
}

/** A single read gives no more than this (random(4)). */
const RANDOM_LIMIT = 32 << 20;

/** /dev/random and /dev/urandom (random(4)). */
class RandomFile extends StreamDevice {
  private readonly fill: (bytes: Uint8Array) => void;

  constructor(dentry: Dentry, flags: number, fill: (bytes: Uint8Array) => void) {
    super(dentry, flags);
    this.fill = fill;
  }

  override read(target: Uint8Array): number {
    const part = target.subarray(0, RANDOM_LIMIT);
    this.fill(part);
    return part.length;
  }
}

/** Registers the devices that need nothing but memory and randomness. */
export function registerMemoryDevices(devices: Devices, random: (bytes: Uint8Array) => void): void {
  devices.register(NULL_DEVICE, (dentry, flags) => new NullFile(dentry, flags));
  devices.register(ZERO_DEVICE, (dentry, flags) => new ZeroFile(dentry, flags));
  devices.register(FULL_DEVICE, (dentry, flags) => new FullFile(dentry, flags));
  devices.register(RANDOM_DEVICE, (dentry, flags) => new RandomFile(dentry, flags, random));
  devices.register(URANDOM_DEVICE, (dentry, flags) => new RandomFile(dentry, flags, random));
}
