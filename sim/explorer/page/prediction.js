// The prediction: given or skipped before anything is shown, then held against what came out.

const where = (number, low, high) => number < low ? "below" : number > high ? "above" : "";

// What a prediction is worth: a number against the runs' bands, or against the interval of a share.
export const judge = (number, stats, measure) => {
  if (Number.isNaN(stats.mean)) return "No run has a value here, so nothing can be said of it.";
  if (measure.is_share) {
    const off = where(number, stats.low, stats.high);
    return off ? `It lies ${off} the 95 % interval of the share.` : "It lies inside the 95 % interval of the share.";
  }
  if (!where(number, stats.q25, stats.q75)) return "It lies inside the middle half of the runs.";
  const off = where(number, stats.q05, stats.q95);
  if (!off) return "It lies outside the middle half of the runs, but inside their middle 90 %.";
  return `It lies ${off} the middle 90 % of the runs.`;
};

export const predictionForm = (form, measures, { onReveal, onHide }) => {
  const outcome = form.querySelector("#predicted-outcome"), number = form.querySelector("#predicted-number");
  const unit = form.querySelector("#predicted-unit"), fault = form.querySelector("#prediction-fault");
  const again = document.getElementById("predict-again");

  const tellUnit = () => { unit.textContent = measures[Number(outcome.value)].unit; };
  const setFault = text => {
    fault.textContent = text;
    number.setAttribute("aria-invalid", String(text !== ""));
  };
  const reveal = prediction => {
    setFault("");
    form.hidden = true;
    again.hidden = false;
    onReveal(prediction);
  };

  outcome.addEventListener("change", tellUnit);
  form.addEventListener("submit", event => {
    event.preventDefault();
    const value = number.value.trim().replace(",", ".");
    if (value === "" || !Number.isFinite(Number(value))) {
      setFault("Write a number first, such as 120, or skip the prediction.");
      number.focus();
      return;
    }
    reveal({ outcome: Number(outcome.value), number: Number(value), text: number.value.trim() });
  });
  form.querySelector("#skip-prediction").addEventListener("click", () => reveal(null));
  again.querySelector("button").addEventListener("click", () => {
    form.hidden = false;
    again.hidden = true;
    number.value = "";
    onHide();
    number.focus();
  });
  tellUnit();
};
