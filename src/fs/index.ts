/** What the kernel uses of the file systems. */
export { credentialsOf, type Credentials } from "./credentials.ts";
export { Dentry } from "./dentry.ts";
export { FileDescriptorTable } from "./descriptors.ts";
export type { Attributes, FileSystem, Mappings } from "./inode.ts";
export { Inode } from "./inode.ts";
export { OpenFile } from "./openfile.ts";
export { openPath, openProgram } from "./open.ts";
export { Terminal } from "./terminal.ts";
export { lookup, pathOf, type PathContext } from "./walk.ts";
export { createNamespace, type Mount, type Namespace, type NamespaceOptions } from "./namespace.ts";
export type { ProcessInformation, ProcessSource } from "./proc/process.ts";
export { WaitQueue } from "./waitqueue.ts";
