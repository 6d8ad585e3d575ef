/** A visitor signs out: what nobody can undo is asked about first. */
import { createSignal, type JSX } from "solid-js";
import { Modal } from "../shell/modal.tsx";
import { words } from "../words/words.ts";

interface LeaveDialogProps {
  readonly leave: () => Promise<void>;
  readonly close: () => void;
}

export default function LeaveDialog(props: LeaveDialogProps): JSX.Element {
  const [isLeaving, setIsLeaving] = createSignal(false);
  const leave = async (): Promise<void> => {
    setIsLeaving(true);
    await props.leave();
    props.close();
  };
  return (
    <Modal title={words().account.leaveTitle} close={props.close}>
      <div class="dialog-form">
        <p>{words().account.leaveGuest}</p>
        <button type="button" class="button button-main" onClick={() => props.close()}>
          {words().account.stay}
        </button>
        <button type="button" class="button" disabled={isLeaving()} onClick={() => void leave()}>
          {words().account.leave}
        </button>
      </div>
    </Modal>
  );
}
