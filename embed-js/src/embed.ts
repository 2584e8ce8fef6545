// The entry: <hustings-comments site="...">, and <div data-hustings="..."> where editors strip unknown elements.
import { Widget } from './widget';

const NAME = 'hustings-comments';
const WATCHED = ['site', 'page-id', 'page', 'sort', 'lang', 'theme', 'heading-level'];

// A page may load this twice; the first one stands.
if (!customElements.get(NAME)) {
  customElements.define(
    NAME,
    class extends HTMLElement {
      static observedAttributes = WATCHED;
      private widget?: Widget;
      private planned = false;

      connectedCallback(): void {
        this.plan();
      }

      disconnectedCallback(): void {
        this.widget?.stop();
        this.widget = undefined;
      }

      attributeChangedCallback(): void {
        this.plan();
      }

      /** Frameworks set one attribute after the other: all of them are one start. */
      private plan(): void {
        if (this.planned) return;
        this.planned = true;
        Promise.resolve().then(() => {
          this.planned = false;
          if (!this.isConnected) return;
          this.widget?.stop();
          this.widget = new Widget(this);
        });
      }
    },
  );
  document.querySelectorAll<HTMLElement>('[data-hustings]').forEach((element) => new Widget(element));
}
