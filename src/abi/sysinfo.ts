/** linux/sysinfo.h: struct sysinfo of i386, u32 each but procs and pad (u16). */
export const SYSINFO = {
  size: 64,
  uptime: 0,
  loads: 4,
  totalram: 16,
  freeram: 20,
  procs: 40,
  mem_unit: 52,
} as const;
