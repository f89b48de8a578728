/** ioctl(2): the settings of terminals, and the few requests that every file knows. */
import { EBADF, EFAULT, EINVAL, ENOTTY, EPERM, ESRCH } from "../../abi/errno.ts";
import { O_ASYNC, O_NONBLOCK, O_PATH } from "../../abi/fcntl.ts";
import {
  FIGETBSZ,
  FIOASYNC,
  FIOCLEX,
  FIONBIO,
  FIONCLEX,
  FIONREAD,
  TCFLSH,
  TCGETA,
  TCGETS,
  TCGETS2,
  TCSBRK,
  TCSBRKP,
  TCSETA,
  TCSETAF,
  TCSETAW,
  TCSETS,
  TCSETS2,
  TCSETSF,
  TCSETSF2,
  TCSETSW,
  TCSETSW2,
  TCXONC,
  TIOCGETD,
  TIOCGPGRP,
  TIOCGSID,
  TIOCGWINSZ,
  TIOCNOTTY,
  TIOCOUTQ,
  TIOCSCTTY,
  TIOCSPGRP,
  TIOCSWINSZ,
} from "../../abi/ioctls.ts";
import {
  NCC,
  NCCS,
  TCIFLUSH,
  TCIOFLUSH,
  TERMIO_SIZE,
  TERMIOS2_SIZE,
  TERMIOS_SIZE,
  WINSIZE_SIZE,
} from "../../abi/termbits.ts";
import type { OpenFile, Terminal } from "../../fs/index.ts";
import type { TerminalSettings } from "../../fs/terminal.ts";
import type { Task } from "../task.ts";
import { writeStruct } from "./guest-memory.ts";

/** 38400, the speed that terminals without a line say. */
const SPEED = 38400;

export function sysIoctl(task: Task, fd: number, request: number, argument: number): number {
  const file = task.files.get(fd);
  if (file === undefined || (file.flags & O_PATH) !== 0) return -EBADF;
  switch (request) {
    case FIOCLEX:
    case FIONCLEX:
      task.files.setCloseOnExec(fd, request === FIOCLEX);
      return 0;
    case FIONBIO:
      return setFlag(task, file, O_NONBLOCK, argument);
    case FIOASYNC:
      return setFlag(task, file, O_ASYNC, argument);
    case FIONREAD:
      return putResult(task, argument, file.available());
    case FIGETBSZ:
      return putResult(task, argument, blockSize(file));
    default:
      return file.terminal === null ? -ENOTTY : terminalRequest(task, file.terminal, request, argument);
  }
}

function setFlag(task: Task, file: OpenFile, flag: number, address: number): number {
  const on = task.readU32(address);
  if (on === null) return -EFAULT;
  file.flags = on === 0 ? file.flags & ~flag : file.flags | flag;
  return 0;
}

/** Stores a count as an int, or gives the errno it is. */
function putResult(task: Task, address: number, result: number): number {
  if (result < 0) return result;
  return task.writeU32(address, Math.min(result, 0x7fffffff)) ? 0 : -EFAULT;
}

function blockSize(file: OpenFile): number {
  const attributes = file.inode.attributes();
  return typeof attributes === "number" ? attributes : attributes.blockSize;
}

function terminalRequest(task: Task, terminal: Terminal, request: number, argument: number): number {
  switch (request) {
    case TCGETS:
      return writeTermios(task, argument, TERMIOS_SIZE, terminal.settings);
    case TCGETS2:
      return writeTermios(task, argument, TERMIOS2_SIZE, terminal.settings);
    case TCGETA:
      return writeTermio(task, argument, terminal.settings);
    case TCSETS:
    case TCSETSW:
    case TCSETS2:
    case TCSETSW2:
      return setTermios(task, terminal, argument, false);
    case TCSETSF:
    case TCSETSF2:
      return setTermios(task, terminal, argument, true);
    case TCSETA:
    case TCSETAW:
    case TCSETAF:
      return setTermio(task, terminal, argument, request === TCSETAF);
    case TCFLSH:
      if (argument > TCIOFLUSH) return -EINVAL;
      if (argument === TCIFLUSH || argument === TCIOFLUSH) terminal.discardInput();
      return 0;
    case TCSBRK:
    case TCSBRKP:
    case TCXONC:
      // Output has gone when write returns, and there is no line to break.
      return 0;
    case TIOCGWINSZ:
      return writeStruct(task, argument, WINSIZE_SIZE, (view) => {
        view.setUint16(0, terminal.rows, true);
        view.setUint16(2, terminal.columns, true);
      });
    case TIOCSWINSZ:
      return setSize(task, terminal, argument);
    case TIOCGPGRP:
      return putResult(task, argument, terminal.foregroundGroup || task.processGroup);
    case TIOCSPGRP:
      return setForeground(task, terminal, argument);
    case TIOCGSID:
      return putResult(task, argument, task.session);
    case TIOCGETD:
    case TIOCOUTQ:
      return putResult(task, argument, 0);
    case TIOCSCTTY:
      return task.session === task.pid ? 0 : -EPERM;
    case TIOCNOTTY:
      return 0;
    default:
      return -ENOTTY;
  }
}

function writeTermios(task: Task, address: number, size: number, settings: TerminalSettings): number {
  return writeStruct(task, address, size, (view) => {
    view.setUint32(0, settings.inputFlags, true);
    view.setUint32(4, settings.outputFlags, true);
    view.setUint32(8, settings.controlFlags, true);
    view.setUint32(12, settings.localFlags, true);
    view.setUint8(16, settings.line);
    settings.characters.forEach((byte, i) => view.setUint8(17 + i, byte));
    if (size < TERMIOS2_SIZE) return;
    view.setUint32(36, SPEED, true);
    view.setUint32(40, SPEED, true);
  });
}

function setTermios(task: Task, terminal: Terminal, address: number, flush: boolean): number {
  const bytes = task.copyIn(address, TERMIOS_SIZE);
  if (bytes === null) return -EFAULT;
  const view = new DataView(bytes.buffer);
  if (flush) terminal.discardInput();
  terminal.settings = {
    inputFlags: view.getUint32(0, true),
    outputFlags: view.getUint32(4, true),
    controlFlags: view.getUint32(8, true),
    localFlags: view.getUint32(12, true),
    line: bytes[16]!,
    characters: bytes.slice(17, 17 + NCCS),
  };
  return 0;
}

/** struct termio: the lower halves of the flags, and the first 8 characters. */
function writeTermio(task: Task, address: number, settings: TerminalSettings): number {
  return writeStruct(task, address, TERMIO_SIZE + 1, (view) => {
    view.setUint16(0, settings.inputFlags, true);
    view.setUint16(2, settings.outputFlags, true);
    view.setUint16(4, settings.controlFlags, true);
    view.setUint16(6, settings.localFlags, true);
    view.setUint8(8, settings.line);
    for (let i = 0; i < NCC; i++) view.setUint8(9 + i, settings.characters[i]!);
  });
}

function setTermio(task: Task, terminal: Terminal, address: number, flush: boolean): number {
  const bytes = task.copyIn(address, TERMIO_SIZE);
  if (bytes === null) return -EFAULT;
  const view = new DataView(bytes.buffer);
  const before = terminal.settings;
  const characters = before.characters.slice();
  characters.set(bytes.subarray(9, 9 + NCC));
  if (flush) terminal.discardInput();
  const low = (flags: number, at: number) => ((flags & ~0xffff) | view.getUint16(at, true)) >>> 0;
  terminal.settings = {
    inputFlags: low(before.inputFlags, 0),
    outputFlags: low(before.outputFlags, 2),
    controlFlags: low(before.controlFlags, 4),
    localFlags: low(before.localFlags, 6),
    line: bytes[8]!,
    characters,
  };
  return 0;
}

function setSize(task: Task, terminal: Terminal, address: number): number {
  const bytes = task.copyIn(address, WINSIZE_SIZE);
  if (bytes === null) return -EFAULT;
  const view = new DataView(bytes.buffer);
  terminal.resize(view.getUint16(2, true), view.getUint16(0, true));
  return 0;
}

function setForeground(task: Task, terminal: Terminal, address: number): number {
  const group = task.readU32(address);
  if (group === null) return -EFAULT;
  if ((group | 0) < 0) return -EINVAL;
  if (group !== task.processGroup) return -ESRCH;
  terminal.foregroundGroup = group;
  return 0;
}
