// By which day an answer is promised: the vectors that the Python client follows too.

import { test } from 'node:test';

import { answerDay } from '../../web/js/core/workdays.js';
import { check, vectors } from './helpers/vectors.js';

for (const item of vectors('workdays', 'answer_day')) {
  test(item.name, () => check(item, () => {
    const { received_ms: receivedMs, working_days: days, holidays, zone } = item.in;
    return { day: answerDay(receivedMs, days, holidays.split(' '), zone) };
  }));
}
