/**
 * Builds what is out of date and nothing else: `tsx collector/scripts/build.ts`.
 * One line per step; a step that fails prints all that its tool said, and the exit code is 1.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandOf } from './command.ts';
import {
  filesUnder,
  fingerprint,
  freshness,
  readStamp,
  removeStamp,
  type Stamp,
  writeStamp,
} from './freshness.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
/** A tool that takes longer hangs: the slowest step needs seconds on a slow machine. */
const STEP_MS_MAX = 300_000;

interface Step {
  readonly name: string;
  /** Files and folders that decide the result. */
  readonly inputs: readonly string[];
  /** Folders that it writes. */
  readonly outputs: readonly string[];
  /** npm package whose command line runs. */
  readonly tool: string;
  readonly args: readonly string[];
  /** Makes the tool forget what it believes to have built. */
  readonly forceArgs?: readonly string[];
  /** Where the tool runs, from the root. */
  readonly folder: string;
}

/** The tools' versions are in the lockfile, their settings in the root. */
const SHARED_INPUTS = ['package-lock.json', 'tsconfig.json', 'collector/scripts/build.ts'];

const compile: Step = {
  name: 'types',
  inputs: ['sdk', 'snippet', 'collector'].flatMap((part) => [
    `${part}/src`,
    `${part}/tsconfig.json`,
  ]),
  outputs: ['sdk/dist', 'snippet/dist', 'collector/dist'],
  tool: 'typescript',
  args: ['-b', 'sdk', 'snippet', 'collector'],
  forceArgs: ['--force'],
  folder: '.',
};

const bundle = (part: 'sdk' | 'snippet'): Step => ({
  name: part,
  inputs: [
    'sdk/src',
    'sdk/build',
    `${part}/src`,
    `${part}/rollup.config.js`,
    `${part}/package.json`,
  ],
  outputs: [`${part}/dist`],
  tool: 'rollup',
  args: ['-c'],
  folder: part,
});

const dashboard: Step = {
  name: 'dashboard',
  // It shares modules with the collector, hence all of that part's sources.
  inputs: ['sdk/src', 'collector/src', ...dashboardSources()],
  outputs: ['collector/dashboard/dist'],
  tool: 'vite',
  args: ['build', '--logLevel', 'warn'],
  folder: 'collector/dashboard',
};

await runStep(compile);
// These read what the compiler wrote and write apart from each other.
const bundles = [bundle('sdk'), bundle('snippet')].filter((step) =>
  existsSync(join(ROOT, step.folder, 'rollup.config.js')),
);
if (existsSync(join(ROOT, dashboard.folder, 'index.html'))) bundles.push(dashboard);
await Promise.all(bundles.map(runStep));

/** Runs `step` if it has to. Ends the process if that fails. */
async function runStep(step: Step): Promise<void> {
  const startedMs = performance.now();
  const stampFile = join(ROOT, 'node_modules/.cache/inkling', `${step.name}.json`);
  const inputs = fingerprint(ROOT, [...SHARED_INPUTS, ...step.inputs]);
  const state = freshness(ROOT, readStamp(stampFile), inputs);
  if (state === 'fresh') return report(step, 'up to date', startedMs);

  removeStamp(stampFile);
  const extra = state === 'partial' ? (step.forceArgs ?? []) : [];
  const { code, output } = await runTool(step, extra);
  if (code !== 0) {
    report(step, 'FAILED', startedMs);
    console.error(output.trimEnd());
    process.exit(1);
  }
  writeStamp(stampFile, { inputs, outputs: outputsOf(step) } satisfies Stamp);
  report(step, 'built', startedMs);
}

function runTool(step: Step, extra: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [commandOf(ROOT, step.tool), ...step.args, ...extra], {
      cwd: join(ROOT, step.folder),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: STEP_MS_MAX,
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: 1, output: `${output}\n${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function outputsOf(step: Step): readonly string[] {
  return step.outputs.flatMap((folder) => filesUnder(ROOT, folder));
}

function dashboardSources(): readonly string[] {
  const folder = 'collector/dashboard';
  return filesUnder(ROOT, folder).filter((file) => !/\/(dist|node_modules)\//.test(file));
}

function report(step: Step, state: string, startedMs: number): void {
  const ms = Math.round(performance.now() - startedMs);
  console.log(`${step.name.padEnd(10)} ${state.padEnd(10)} ${String(ms).padStart(6)} ms`);
}
