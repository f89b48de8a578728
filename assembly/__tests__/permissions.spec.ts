import { EXCEPTION_ADDRESS, EXCEPTION_ERROR } from "../cpu/state";
import { checkModify, checkRead, checkWrite, isReadable, isWritable } from "../memory/access";
import {
  CODE,
  EXECUTE,
  markCode,
  permissions,
  READ,
  readable,
  setPermissions,
  unmarkCode,
  writable,
  WRITE,
} from "../memory/permissions";

describe("page permissions", () => {
  it("derive the fast bits from a page and the one after it", () => {
    setPermissions(0x10, 2, READ | WRITE);
    expect(readable(0x10000)).toBe(true);
    expect(writable(0x10000)).toBe(true);
    expect(readable(0x11000)).toBe(false, "the last page of a range is not fast");
    setPermissions(0x12, 1, READ);
    expect(readable(0x11000)).toBe(true);
    expect(writable(0x11000)).toBe(false, "the page after it is read-only");
    setPermissions(0x10, 3, 0);
    expect(permissions(0x10000)).toBe(0);
    expect(readable(0x11000)).toBe(false);
  });

  it("take the fast write bit from a page that holds decoded code, and from the page before it", () => {
    setPermissions(0x20, 3, READ | WRITE | EXECUTE);
    markCode(0x21);
    expect(writable(0x20000)).toBe(false);
    expect(writable(0x21000)).toBe(false);
    expect(readable(0x20000)).toBe(true);
    expect(permissions(0x21000) & CODE).toBe(CODE);
    unmarkCode(0x21);
    expect(writable(0x20000)).toBe(true);
    setPermissions(0x20, 3, 0);
  });

  it("never make the last page fast", () => {
    setPermissions(0xfffff, 1, READ | WRITE);
    expect(readable(0xfffff000)).toBe(false);
    expect(isReadable(0xfffff000, 4096)).toBe(true);
    expect(isReadable(0xffffffff, 2)).toBe(false, "a range must not wrap");
    setPermissions(0xfffff, 1, 0);
  });
});

describe("a checked access", () => {
  it("reports the first byte that may not be touched", () => {
    setPermissions(0x30, 1, READ | WRITE);
    setPermissions(0x31, 1, 0);
    expect(checkRead(0x30ffc, 4)).toBe(true);
    expect(checkRead(0x30ffd, 4)).toBe(false);
    expect(load<u32>(EXCEPTION_ADDRESS)).toBe(0x31000);
    expect(load<u32>(EXCEPTION_ERROR)).toBe(4, "user, read, not present");
    expect(checkWrite(0x31008, 4)).toBe(false);
    expect(load<u32>(EXCEPTION_ADDRESS)).toBe(0x31008);
    expect(load<u32>(EXCEPTION_ERROR)).toBe(6, "user, write, not present");
    setPermissions(0x31, 1, READ);
    expect(checkRead(0x30ffd, 4)).toBe(true);
    expect(checkModify(0x30ffd, 4)).toBe(false);
    expect(load<u32>(EXCEPTION_ERROR)).toBe(7, "user, write, present");
    expect(isWritable(0x30000, 4096)).toBe(true);
    expect(isWritable(0x30000, 4097)).toBe(false);
    expect(isReadable(0x30000, 8192)).toBe(true);
    setPermissions(0x30, 2, 0);
  });
});
