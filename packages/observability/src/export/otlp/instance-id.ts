import { randomUUID } from 'node:crypto';

/**
 * Tells this process from every other, also from the one it replaces: totals of two that looked the same would be taken
 * for one that was reset. Another can be given as `service.instance.id` in `resource_attributes`.
 */
export const instanceId = randomUUID();
