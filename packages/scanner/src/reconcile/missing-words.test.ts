import type { AskedCall } from '@autotrader/sources';
import { describe, expect, it } from 'vitest';
import { answeredCall, reportOf } from '../testing/samples.ts';
import { couldNotAsk, missingCalls, reasonInWords } from './missing-words.ts';

function call(outcome: AskedCall['outcome'], detail?: string): AskedCall {
  return { ...answeredCall('goplus'), outcome, ...(detail === undefined ? {} : { detail }) };
}

describe('saying what is missing', () => {
  it('names source, call, reason and what the source said', () => {
    const calls = [call('rate_limited', 'code 4029')];
    expect(missingCalls([reportOf('goplus', { calls })])).toEqual([
      'goplus sample: rate_limited: its request limit was reached (code 4029)',
    ]);
  });

  it('leaves out calls that were answered and questions that do not apply', () => {
    expect(missingCalls([reportOf('goplus', { calls: [call('answered'), call('not_applicable')] })])).toEqual([]);
  });

  it('tells "there is nothing" apart from "we could not ask"', () => {
    expect(couldNotAsk('no_record')).toBe(false);
    expect(couldNotAsk('not_reported')).toBe(false);
    expect(couldNotAsk('network')).toBe(true);
    expect(couldNotAsk('schema')).toBe(true);
    expect(reasonInWords('no_record')).toBe('no_record: the source has no record of this token');
  });
});
