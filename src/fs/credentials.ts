/** Who asks: the identity that the permission checks look at (credentials(7)). */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly euid: number;
  readonly egid: number;
  readonly suid: number;
  readonly sgid: number;
  /** The identity for files: follows the effective one, setfsuid(2) changes it alone. */
  readonly fsuid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
}

/** Credentials whose every user id is `uid` and every group id `gid`. */
export function credentialsOf(uid: number, gid: number, groups: readonly number[] = []): Credentials {
  return { uid, gid, euid: uid, egid: gid, suid: uid, sgid: gid, fsuid: uid, fsgid: gid, groups };
}

/** access(2) asks for the real identity instead of the effective one. */
export function withRealIdentity(credentials: Credentials): Credentials {
  return { ...credentials, fsuid: credentials.uid, fsgid: credentials.gid };
}

/** Is `gid` the file group or one of the supplementary groups? */
export function inGroup(credentials: Credentials, gid: number): boolean {
  return credentials.fsgid === gid || credentials.groups.includes(gid);
}

/** Root has CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_CHOWN and CAP_FSETID; nobody else has any of them. */
export function isPrivileged(credentials: Credentials): boolean {
  return credentials.fsuid === 0;
}
