export function StopsPage() {
  return null;
}
