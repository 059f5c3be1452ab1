import { describe, expect, test } from 'vitest';
import { renderMarkdown } from './markdown.ts';
import { sampleReport } from './sample-report.ts';
import { screenOf } from './style.ts';
import { renderSummary, renderText } from './text.ts';

const screen = { coloured: false, width: 80 };
const [incident] = sampleReport.incidents;
const healthy = { ...sampleReport, verdict: 'healthy' as const, incidents: [], problems: [] };

describe('given a report on a terminal', () => {
  test('when it is read from the top, then it says what, since when, how far, why, on what evidence, what to do, what it is not', () => {
    const text = renderText(sampleReport, screen);
    const places = [
      '1 incident in prod-eu-1: 1 high; 1 more ended.',
      '● HIGH  Service checkout/session-store selects no pod',
      'since  15:21:02 UTC, for 4 min 22 s',
      'reach  one namespace: 3 workloads',
      'cause  Service checkout/session-store: service-selector-mismatch',
      '(confirmed',
      'Why',
      'Evidence',
      'What to do',
      'kubectl -n checkout patch',
      'Also possible',
      'Ruled out',
      'not 137',
      'Seen',
      'resolved',
      'Could not be read',
      '4,090 items arrived',
    ].map((words) => text.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  test('when its incidents have been told, then the summary still counts them', () => {
    const text = renderSummary(sampleReport, screen);
    expect(text).toContain('1 incident in prod-eu-1: 1 high; 1 more ended.');
    expect(text).not.toContain('session-store selects no pod');
  });

  test('when it is narrow, then no line but a command is wider', () => {
    const wide = renderText(sampleReport, { coloured: false, width: 60 })
      .split('\n')
      .filter((line) => line.length > 60);
    expect(wide.map((line) => line.trim().split(' ')[0])).toEqual(['kubectl']);
  });

  test('when nothing is wrong, then it says so in one line', () => {
    expect(renderText(healthy, screen)).toMatch(/^Nothing is wrong in prod-eu-1\.\n/);
  });

  test('when a text from the cluster holds escape sequences, then they do not reach the terminal', () => {
    const title = 'a\u001b[2J\u001b]0;owned\u0007b\u202e\nc\u009b31m';
    const report = { ...sampleReport, incidents: [{ ...incident!, title }] };
    const text = renderText(report, screen);
    expect(text).toContain('ab c31m');
    expect(text.replace(/\n/g, '')).not.toMatch(/\p{Cc}|\u202e/u);
  });

  test('when nobody looks, then there is no colour', () => {
    expect(screenOf({ isTTY: false }, {}).coloured).toBe(false);
    expect(screenOf({ isTTY: true }, { NO_COLOR: '1' }).coloured).toBe(false);
    expect(screenOf({ isTTY: true, columns: 300 }, {})).toEqual({ coloured: true, width: 110 });
    expect(renderText(sampleReport, { coloured: true, width: 80 })).toContain('\u001b[');
  });
});

describe('given a report in Markdown', () => {
  test('when texts of the cluster look like markup or mentions, then they stay text', () => {
    const title = '![x](http://evil) <b> @team `rm`';
    const markdown = renderMarkdown({ ...sampleReport, incidents: [{ ...incident!, title }] });
    expect(markdown).toContain('## HIGH: !\\[x\\](http://evil) \\<b\\> @\u200bteam \\`rm\\`');
    expect(markdown).toContain('### What to do');
    expect(markdown).toContain('```sh');
  });
});
