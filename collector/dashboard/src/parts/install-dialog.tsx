import { useId, useState } from 'preact/hooks';
import type {
  CatalogueAnswer,
  CatalogueParameter,
  ProblemAnswer,
} from '../../../src/query/answers.ts';
import type { Chosen, Install } from '../installing.ts';
import { Dialog } from './dialog.tsx';
import { Problem } from './problem.tsx';

interface Props {
  readonly entry: CatalogueAnswer;
  readonly install: Install;
  readonly onClose: () => void;
}

/** Adds a ready-made segment with parameters of the reader's choice. */
export function InstallDialog({ entry, install, onClose }: Props) {
  return (
    <Dialog title={`Add ${entry.name}`} onClose={onClose}>
      {(close) => <ParameterForm entry={entry} install={install} close={close} />}
    </Dialog>
  );
}

interface FormProps {
  readonly entry: CatalogueAnswer;
  readonly install: Install;
  readonly close: () => void;
}

function ParameterForm({ entry, install, close }: FormProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemAnswer | null>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const chosen = chosenOf(entry.parameters, new FormData(event.currentTarget));
    setBusy(true);
    const outcome = await install(entry.id, chosen);
    setBusy(false);
    if (outcome.ok) close();
    else setProblem(outcome.problem);
  };
  return (
    <form class="stacked" onSubmit={submit}>
      <p>{entry.description}</p>
      {entry.parameters.map((parameter) => (
        <Field key={parameter.name} parameter={parameter} problem={problem} />
      ))}
      {problem && <Problem problem={problem} />}
      <div class="dialog-actions">
        <button type="button" class="quiet" onClick={close}>
          Cancel
        </button>
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Adding…' : 'Add segment'}
        </button>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly parameter: CatalogueParameter;
  readonly problem: ProblemAnswer | null;
}

function Field({ parameter, problem }: FieldProps) {
  const { name, description } = parameter;
  const wrong = problem?.errors?.find(({ pointer }) => pointer.split('/').at(-1) === name);
  const id = useId();
  const shared = {
    id,
    name,
    defaultValue: String(parameter.default),
    required: true,
    'aria-describedby': wrong ? `${id}-help ${id}-problem` : `${id}-help`,
    'aria-invalid': wrong !== undefined,
  };
  return (
    <div class="field">
      <label for={id} class="field-name">
        {name}
      </label>
      <span id={`${id}-help`} class="field-help">
        {description}
      </span>
      {typeof parameter.default === 'number' ? (
        <input {...shared} type="number" step="any" />
      ) : (
        <input {...shared} type="text" />
      )}
      {wrong && (
        <span id={`${id}-problem`} class="field-problem">
          {wrong.detail}
        </span>
      )}
    </div>
  );
}

/** The form's values, each of the type of its default. */
function chosenOf(parameters: readonly CatalogueParameter[], form: FormData): Chosen {
  const entries = parameters.map((parameter) => {
    const text = String(form.get(parameter.name) ?? '');
    return [parameter.name, typeof parameter.default === 'number' ? Number(text) : text] as const;
  });
  return Object.fromEntries(entries);
}
