/* SPDX-License-Identifier: MIT */
/* Fuzz target: apt's configuration, both formats. */
#include <config.h>

#include "base/cleanup.h"
#include "supply/apt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data + 1, size ? size - 1 : 0 };
	cleanup_apt struct apt_archives archives = { 0 };

	if (size == 0)
		return 0;
	/* Two files, so that marks from one meet the other's. */
	apt_parse(text, data[0] & 1 ? APT_ONE_LINE : APT_DEB822, data[0] & 2, &archives);
	apt_parse(text, data[0] & 1 ? APT_DEB822 : APT_ONE_LINE, data[0] & 4, &archives);
	apt_keep_distribution(&archives);
	return 0;
}
