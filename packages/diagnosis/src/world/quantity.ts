// Kubernetes quantities, and sizes as people and programs write them.
const suffixes: Record<string, number> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** The number that a quantity such as `64Mi`, `500m` or `2` stands for; undefined where it is none. */
export function quantity(text: string | undefined): number | undefined {
  const match = /^\s*([\d.]+(?:e\d+)?)\s*(m|[kMGTP]i?|Ki)?\s*$/.exec(text ?? '');
  if (!match) return undefined;
  return Number(match[1]) * (match[2] ? (suffixes[match[2]] ?? 1) : 1);
}

const units: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes of a size as programs write it: `200 MiB`, `512m`, `2GB`, `1024 kB`. */
export function bytesOf(amount: string, unit: string | undefined): number {
  const factor = units[(unit ?? '').toLowerCase().charAt(0)] ?? 1;
  return Number(amount.replaceAll(',', '')) * factor;
}

export function showBytes(bytes: number): string {
  if (bytes >= 2 ** 30) return `${round(bytes / 2 ** 30)}Gi`;
  return bytes >= 2 ** 20 ? `${round(bytes / 2 ** 20)}Mi` : `${Math.round(bytes / 1024)}Ki`;
}

const round = (value: number) => String(Math.round(value * 10) / 10);
