/** Why there is no token, in one word of the closed lists and, where the server said one, a plain English sentence. */
export class Refusal extends Error {
  /**
   * @param {string} reason
   * @param {string} [text]
   */
  constructor(reason, text = "") {
    super(text || reason);
    this.name = "Refusal";
    this.reason = reason;
    this.text = text;
  }
}
