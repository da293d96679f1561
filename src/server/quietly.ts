/** Calls what the app has given; what it throws or rejects with must not end the process. */
export async function quietly(
  call: () => unknown,
  failed: (error: unknown) => void = () => undefined,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    failed(error);
  }
}
