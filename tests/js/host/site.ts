// A site that uses the declarations: compiled by `tsc`, never run.
import '../../../static/widget/widget';

FrontDesk('open');
FrontDesk('ask', 'Do you ship to Norway?');
FrontDesk.on('citation:click', ({ url }) => url?.startsWith('https'))();
FrontDesk.setTheme({ primary: '#0f766e', scheme: 'dark' });
FrontDesk.identify({ token: 'x.y.z', plan: 'pro' });
document.addEventListener('frontdesk:message:received', (event) => event.detail.text.trim());
// @ts-expect-error: no such method
FrontDesk('dance');
// @ts-expect-error: a question is a text
FrontDesk.ask(7);
