/* SPDX-License-Identifier: MIT */
/* tick.h - a tick a millisecond, as HAL has one; nothing without HOST_HAL_TICK */
#ifndef TICK_H
#define TICK_H

#include <stdint.h>

#ifdef HOST_HAL_TICK
/* The loader's own vector table, and the interrupt armed; interrupts stay as they are. */
void tick_init(void);
/* Until more than @ms ticks were counted. */
void tick_delay(uint32_t ms);
#else
static inline void tick_init(void)
{
}

static inline void tick_delay(uint32_t ms)
{
	(void)ms;
}
#endif

#endif
