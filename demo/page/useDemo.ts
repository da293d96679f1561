import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Faults, NO_FAULTS } from '../Faults.js';
import type { ModelCount } from '../server/askModel.js';
import type { StoredConversation } from '../server/openStore.js';

interface Demo {
  model: string;
  isBuiltIn: boolean;
  node: string;
  faults: Faults;
}

const read = async <Body>(path: string): Promise<Body> => {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  // The demo's own server answers.
  return (await response.json()) as Body;
};

/** Which model answers, what is broken on purpose, and the way to change it. */
export function useDemo() {
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: ['demo'], queryFn: () => read<Demo>('/api/demo') });
  const { mutate } = useMutation({
    mutationFn: (faults: Partial<Faults>) =>
      fetch('/api/demo', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(faults),
      }),
    onMutate(faults) {
      client.setQueryData<Demo>(['demo'], (demo) =>
        demo === undefined ? demo : { ...demo, faults: { ...demo.faults, ...faults } },
      );
    },
  });
  return {
    model: data?.model ?? '',
    isBuiltIn: data?.isBuiltIn ?? false,
    node: data?.node ?? '',
    faults: data?.faults ?? NO_FAULTS,
    change: mutate,
  };
}

/** The stored conversations, the newest first; while something runs, read anew now and then. */
export function useStoredConversations(isLive: boolean): readonly StoredConversation[] {
  const { data } = useQuery({
    queryKey: ['conversations'],
    queryFn: () => read<{ conversations: StoredConversation[] }>('/api/conversations'),
    refetchInterval: isLive ? 1_000 : false,
  });
  return data?.conversations ?? [];
}

/** What the model itself counted of a run; read anew while it is of interest. */
export function useModelCount(runId: string | null, isLive: boolean) {
  const { data } = useQuery({
    // Asked again at once when the answer ends.
    queryKey: ['model', runId, isLive],
    placeholderData: (shown, of) => (of?.queryKey[1] === runId ? shown : undefined),
    queryFn: () => read<ModelCount | null>(`/api/model/${runId ?? ''}`),
    enabled: runId !== null,
    refetchInterval: ({ state }) => (isLive || state.data?.over === false ? 500 : false),
  });
  return data ?? null;
}
