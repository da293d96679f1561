export function execute(
  command: string,
  args: readonly string[],
  options?: {
    env?: Record<string, string>;
    loud?: boolean;
    patient?: boolean;
    limitMs?: number | null;
  },
): Promise<{ code: number; output: string }>;
