/* SPDX-License-Identifier: MIT */
/* qspi.h - the controller of the external flash, used by polling alone */
#ifndef QSPI_H
#define QSPI_H

#include <stdint.h>

/* Fields of CCR, RM0433 "QUADSPI communication configuration register". */
#define QSPI_OPCODE	(1u << 8)	/* instruction on one line */
#define QSPI_ADDRESS	(1u << 10 | 2u << 12)	/* 24 bits on one line */
#define QSPI_ADDRESS_4	(1u << 10 | 3u << 12)	/* 32 bits on one line */
#define QSPI_DUMMY(n)	((uint32_t)(n) << 18)
#define QSPI_DATA_1	(1u << 24)
#define QSPI_DATA_4	(3u << 24)

/* Pins, clock, reset values; 2^@size_log2 bytes of flash. */
void qspi_init(unsigned int size_log2);
/* An opcode alone. */
void qspi_send(uint8_t opcode);
/* @phases: opcode and fields above; @address is used if there is one. */
void qspi_send_address(uint32_t phases, uint32_t address);
void qspi_read(uint32_t phases, uint8_t *to, uint32_t size);
void qspi_write(uint32_t phases, uint32_t address, const uint8_t *from, uint32_t size);
/* Have the controller read one byte until (byte & @mask) == @match. */
void qspi_await(uint32_t phases, uint8_t mask, uint8_t match);
/* Show the flash at 0x90000000 until the next command. */
void qspi_map(uint32_t phases);

#endif
