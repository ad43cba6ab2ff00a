/** An authorization that is under way no longer. */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

export function gone() {
  return fault(
    'expired',
    message(
      'authorization-gone',
      'It took too long, or was finished elsewhere: start the app anew',
      '操作超时或已在别处完成，请重新启动应用',
    ),
    {
      status: 400,
    },
  );
}
