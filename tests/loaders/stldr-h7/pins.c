/* SPDX-License-Identifier: MIT */
/*
 * pins.c - as most boards wire them: bank 1 of QUADSPI, DS12110, table 8 on;
 * port 1 of the OCTOSPI manager, which is OCTOSPI1's after reset, DS13196
 */
#include "pins.h"

#include "cpu.h"

#define AHB4_GPIO(port)	BIT(port)

#define GPIO(port)	(0x58020000u + 0x400u * (port))
#define GPIO_MODER	0x00u
#define GPIO_OSPEEDR	0x08u
#define GPIO_PUPDR	0x0Cu
#define GPIO_AFRL	0x20u
enum { PORT_B = 1, PORT_D = 3, PORT_E = 4 };

static const struct pin {
	uint8_t port, pin, af;
} pins[] = {
	{ PORT_B, 2, 9 },	/* CLK */
	{ PORT_B, 6, 10 },	/* NCS */
	{ PORT_D, 11, 9 },	/* IO0 */
	{ PORT_D, 12, 9 },	/* IO1 */
	{ PORT_E, 2, 9 },	/* IO2 */
	{ PORT_D, 13, 9 },	/* IO3 */
};

static void set_field(uint32_t address, unsigned int shift, uint32_t mask, uint32_t value)
{
	reg32(address) = (reg32(address) & ~(mask << shift)) | value << shift;
}

static void pin_init(const struct pin *p)
{
	const uint32_t gpio = GPIO(p->port);

	set_field(gpio + GPIO_AFRL + 4 * (p->pin / 8), 4 * (p->pin % 8), 15, p->af);
	set_field(gpio + GPIO_OSPEEDR, 2 * p->pin, 3, 3);
	set_field(gpio + GPIO_PUPDR, 2 * p->pin, 3, 0);
	set_field(gpio + GPIO_MODER, 2 * p->pin, 3, 2);
}

void pins_init(uint32_t ahb4enr)
{
	reg32(ahb4enr) |= AHB4_GPIO(PORT_B) | AHB4_GPIO(PORT_D) | AHB4_GPIO(PORT_E);
	(void)reg32(ahb4enr);	/* the clock runs two cycles later */
	for (unsigned int i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
		pin_init(&pins[i]);
}
