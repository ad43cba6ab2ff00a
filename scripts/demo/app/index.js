/** The app's own door: a standalone launch. Source: SMART App Launch 2.2 app-launch.html#launch-app-standalone-launch */
import { speak } from './texts.js';

speak();
document.querySelector('#standalone').addEventListener('click', async () => {
  const { fhir } = await (await fetch('settings.json')).json();
  location.href = `launch.html?iss=${encodeURIComponent(fhir)}`;
});
