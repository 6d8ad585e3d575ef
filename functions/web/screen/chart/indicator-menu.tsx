/** Which indicators are drawn, and with which numbers. */
import * as Popover from "@kobalte/core/popover";
import { For, type JSX } from "solid-js";
import { ChevronDownIcon } from "../shell/icons.tsx";
import { words } from "../words/words.ts";
import {
  DEFAULT_INDICATORS,
  DEVIATIONS_MAX,
  INDICATOR_KINDS,
  type IndicatorKind,
  type IndicatorSettings,
  PERIOD_MAX,
  periodFrom,
} from "./indicators.ts";

interface IndicatorMenuProps {
  readonly settings: IndicatorSettings;
  readonly choose: (settings: IndicatorSettings) => void;
}

export function IndicatorMenu(props: IndicatorMenuProps): JSX.Element {
  const change = (kind: IndicatorKind, changes: Partial<IndicatorSettings[IndicatorKind]>): void =>
    props.choose({ ...props.settings, [kind]: { ...props.settings[kind], ...changes } });
  return (
    <Popover.Root placement="bottom-start">
      <Popover.Trigger class="chart-interval chart-indicator-trigger">
        {words().chart.indicators}
        <ChevronDownIcon />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class="menu chart-indicators">
          <Popover.Title class="menu-label">{words().chart.indicators}</Popover.Title>
          <For each={INDICATOR_KINDS}>
            {(kind) => (
              <div class="chart-indicator">
                <label class="chart-indicator-name">
                  <input
                    type="checkbox"
                    checked={props.settings[kind].isShown}
                    onChange={(event) => change(kind, { isShown: event.currentTarget.checked })}
                  />
                  {words().chart.indicator[kind].name}
                </label>
                <div class="chart-indicator-numbers">
                  <For each={words().chart.indicator[kind].numbers}>
                    {(name, index) => (
                      <NumberField
                        label={words().chart.numberOf(words().chart.indicator[kind].name, name)}
                        value={props.settings[kind].numbers[index()] ?? 1}
                        max={kind === "bollinger" && index() === 1 ? DEVIATIONS_MAX : PERIOD_MAX}
                        change={(value) =>
                          change(kind, {
                            isShown: true,
                            numbers: props.settings[kind].numbers.map((old, place) =>
                              place === index() ? value : old,
                            ),
                          })
                        }
                      />
                    )}
                  </For>
                </div>
              </div>
            )}
          </For>
          <button
            type="button"
            class="button button-plain button-small chart-indicator-reset"
            onClick={() => props.choose(DEFAULT_INDICATORS)}
          >
            {words().chart.resetIndicators}
          </button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly change: (value: number) => void;
}

/** What is no period is put back as it was. */
function NumberField(props: NumberFieldProps): JSX.Element {
  return (
    <input
      class="input chart-indicator-number number"
      inputmode="numeric"
      autocomplete="off"
      aria-label={props.label}
      title={props.label}
      value={props.value}
      onChange={(event) => {
        const value = periodFrom(event.currentTarget.value, props.max);
        if (value === null) event.currentTarget.value = String(props.value);
        else props.change(value);
      }}
    />
  );
}
