/** One fault each: a name, and what is changed in which file of `src/core`. */
export const mutants = [
  {
    name: 'no fence: a word is heard whichever run it names',
    changes: [['createRunner.ts', '(run?.id === runId ? run : null)', 'run']],
  },
  {
    name: 'a verdict is applied to the wrong run',
    changes: [
      ['createRunner.ts', '(run?.id === runId ? run : null)', 'run'],
      [
        'createStopper.ts',
        'hear: (verdict) => tell(verdict, null)',
        'hear: (verdict) => tell({ ...verdict, outcome: "idle" }, null)',
      ],
    ],
  },
  {
    name: 'a verdict for another run id is taken',
    changes: [['transition.ts', 'if (snapshot.runId !== event.runId) return snapshot;', '']],
  },
  {
    name: 'a late delta is accepted after the stop',
    changes: [
      [
        'transition.ts',
        "case 'content': {\n      if (!mayGrow(snapshot.status)) return snapshot;",
        "case 'content': {",
      ],
    ],
  },
  {
    name: 'the reader goes on after the stop',
    changes: [['createStopper.ts', '    options.close();\n', '']],
  },
  {
    name: 'stop rejects when the server cannot be asked',
    changes: [
      [
        'createStopper.ts',
        'await asked.over;\n    return record();',
        "await asked.over; if (record()?.confirmation === 'unconfirmed') throw new Error('no answer'); return record();",
      ],
    ],
  },
  {
    name: 'stop waits for ever',
    changes: [['askToStop.ts', 'Math.min(options.withinMs ?? 5_000, LONGEST_TIMER_MS)', '2 ** 30']],
  },
  {
    name: 'a second end wins over the first',
    changes: [
      [
        'transition.ts',
        '    mayGrow(snapshot.status)\n      ? {',
        '    snapshot.status\n      ? {',
      ],
      ['createAnswer.ts', 'if (!lives()) return;\n    if (floor', 'if (floor'],
      [
        'readSource.ts',
        '      if (isClosed()) return;\n      if (result.done',
        '      if (result.done',
      ],
    ],
  },
  {
    name: "a person's stop shows what was not on the screen yet",
    changes: [
      [
        'createStopper.ts',
        "cause.by === 'user' && !isNews ? answer.freeze : answer.finish",
        'answer.finish',
      ],
    ],
  },
  {
    name: 'every other end drops what was not shown yet',
    changes: [['createAnswer.ts', 'inbox.end();\n      publishNow();', 'inbox.end();']],
  },
  {
    name: 'the timer of a question is never cleared',
    changes: [['askToStop.ts', '    clearTimeout(timer);\n', '']],
  },
  {
    name: 'the timer of a budget is never cleared',
    changes: [
      [
        'autoStop.ts',
        'const end = (): void => clearTimeout(timer);',
        'const end = (): void => undefined;',
      ],
    ],
  },
  {
    name: 'seenChars counts what was not shown',
    changes: [['createInbox.ts', 'seenChars: () => seen,', 'seenChars: () => characters,']],
  },
  {
    name: 'budgets of time never fire',
    changes: [
      ['autoStop.ts', 'if (left > 0) timer', 'if (left <= 0) return;\n    if (left > 0) timer'],
    ],
  },
  {
    name: 'open tool calls are left open at the stop',
    changes: [
      ['transition.ts', "parts: closeParts(snapshot.parts, at, last.status === 'complete'),", ''],
    ],
  },
  {
    name: 'a cancelled call has no result',
    changes: [['applyEvents.ts', 'result: CANCELLED_RESULT, ', '']],
  },
  {
    name: 'an amendment may shorten the text',
    changes: [
      [
        'transition.ts',
        "typeof text !== 'string' || !text.startsWith(snapshot.text)",
        "typeof text !== 'string'",
      ],
      [
        'transition.ts',
        'return applyEvents(adopt(whole, verdict), [rest], 0);',
        "return { ...adopt(whole, verdict), text, parts: [{ type: 'text', text }] };",
      ],
    ],
  },
  {
    name: 'a retry brings the run back',
    changes: [
      [
        'transition.ts',
        "return { ...snapshot, stopRecord: { ...snapshot.stopRecord, confirmation: 'pending' } };",
        "return { ...snapshot, status: 'stopping', stopRecord: { ...snapshot.stopRecord, confirmation: 'pending' } };",
      ],
    ],
  },
  {
    name: 'an accepted stop counts as confirmed',
    changes: [['transition.ts', "stopping: 'accepted',", "stopping: 'confirmed',"]],
  },
  {
    name: 'a confirmed stop is taken back by a later word',
    changes: [
      [
        'transition.ts',
        "return known !== 'confirmed' && outcome !== 'unconfirmed';",
        "return outcome !== 'unconfirmed';",
      ],
    ],
  },
  {
    name: 'a press that holds the text still does not',
    changes: [['createAnswer.ts', 'if (!isHeld) publishNow();', 'publishNow();']],
  },
  {
    name: 'a send while stopping does not wait',
    changes: [
      ['createRun.ts', 'stopper.stopping() ?? (isAsked ? null : options.waitFor())', 'null'],
    ],
  },
  {
    name: 'a run that waits is asked although it was stopped',
    changes: [
      [
        'readSource.ts',
        '    // Closed while it waited: the source is never asked.\n    if (isClosed()) return;\n',
        '',
      ],
    ],
  },
  {
    name: "the replaced run's server is never asked",
    changes: [
      [
        'createRunner.ts',
        "...(request.mode === 'attach' || old.id === request.runId\n        ? { confirmation: 'not-asked' }\n        : {}),",
        "confirmation: 'not-asked',",
      ],
    ],
  },
  {
    name: 'a second press does not hear of the question that is out',
    changes: [
      [
        'createStopper.ts',
        'if (question !== null) return answerTo(question);\n      // Time',
        '// Time',
      ],
      ['createStopper.ts', 'if (question !== null) return answerTo(question);\n    const', 'const'],
    ],
  },
  {
    name: 'onSettled is called again after an amendment',
    changes: [['createAnswer.ts', 'if (isOver) isSettled = true;', '']],
  },
  {
    name: 'the old answer is gone before the new one has said a word',
    changes: [['createFloor.ts', 'state.parts.length > 0 ? state : over(state, before)', 'state']],
  },
  {
    name: 'a replay blanks the screen',
    changes: [
      [
        'createFloor.ts',
        'ahead > 0 || (ahead === 0 && sizeOf(state) >= size) ? state : over(state, before)',
        'ahead > -1e9 || size < 0 ? state : over(state, before)',
      ],
    ],
  },
  {
    name: 'truncated arguments are sent to the model',
    changes: [['isJson.ts', '  } catch {\n    return false;', '  } catch {\n    return true;']],
  },
];
