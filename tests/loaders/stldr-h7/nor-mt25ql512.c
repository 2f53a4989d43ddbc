/* SPDX-License-Identifier: MIT */
/*
 * nor-mt25ql512.c - a Micron MT25QL512ABB, by its 4-byte instructions: the address
 * mode does not matter and is not changed
 */
#include "nor.h"

#include "loader.h"
#include "qspi.h"

#define READ_STATUS	0x05u
#define READ_FLAGS	0x70u
#define CLEAR_FLAGS	0x50u
#define WRITE_ENABLE	0x06u
#define ENABLE_RESET	0x66u
#define RESET_DEVICE	0x99u
#define JEDEC_ID	0x9Fu
#define QUAD_PROGRAM_4	0x34u
#define QUAD_READ_4	0x6Cu
#define SECTOR_ERASE_4	0xDCu
#define BULK_ERASE	0xC7u

#define STATUS_BUSY	0x01u
#define STATUS_WEL	0x02u
#define FLAGS_READY	0x80u
#define FLAGS_ERRORS	0x32u	/* erase, program, protection */

static struct {
	uint8_t id[3];
	uint8_t flags;
} nor;

static void write_enable(void)
{
	qspi_send(WRITE_ENABLE);
	qspi_await(QSPI_OPCODE | READ_STATUS | QSPI_DATA_1, STATUS_WEL, STATUS_WEL);
}

/* The flag status register says when it is done, and how it ended. */
static bool finished(void)
{
	qspi_await(QSPI_OPCODE | READ_FLAGS | QSPI_DATA_1, FLAGS_READY, FLAGS_READY);
	qspi_read(QSPI_OPCODE | READ_FLAGS | QSPI_DATA_1, &nor.flags, 1);
	if (!(nor.flags & FLAGS_ERRORS))
		return true;
	qspi_send(CLEAR_FLAGS);
	return false;
}

/*
 * Dummy clocks are the delivered 8 after a reset: nothing lasting is touched. The
 * status register is one that any part has, the right one or not.
 */
bool nor_init(void)
{
	qspi_await(QSPI_OPCODE | READ_STATUS | QSPI_DATA_1, STATUS_BUSY, 0);
	qspi_send(ENABLE_RESET);
	qspi_send(RESET_DEVICE);
	qspi_read(QSPI_OPCODE | JEDEC_ID | QSPI_DATA_1, nor.id, sizeof(nor.id));
	return nor.id[0] == 0x20 && nor.id[1] == 0xBA && nor.id[2] == 0x20;
}

bool nor_erase_sector(uint32_t offset)
{
	write_enable();
	qspi_send_address(QSPI_OPCODE | SECTOR_ERASE_4 | QSPI_ADDRESS_4, offset);
	return finished();
}

bool nor_erase_chip(void)
{
	write_enable();
	qspi_send(BULK_ERASE);
	return finished();
}

bool nor_program(uint32_t offset, const uint8_t *from, uint32_t size)
{
	write_enable();
	qspi_write(QSPI_OPCODE | QUAD_PROGRAM_4 | QSPI_ADDRESS_4 | QSPI_DATA_4, offset, from,
		   size);
	return finished();
}

void nor_map(void)
{
	qspi_map(QSPI_OPCODE | QUAD_READ_4 | QSPI_ADDRESS_4 | QSPI_DUMMY(8) | QSPI_DATA_4);
}
