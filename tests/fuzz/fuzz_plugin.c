/* SPDX-License-Identifier: MIT */
/* Fuzz target: what a plugin's file says of itself. */
#include <config.h>

#include "core/plugins.h"
#include "ground.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *path = path_join(ground()->path, "pyvern-it", NULL);
	cleanup_plugin_text struct plugin_text text = { 0 };

	ground_write(ground(), "pyvern-it", (struct str){ (const char *)data, size });
	must(plugin_completes(path) <= (size > 0));
	plugin_text_read(path, &text);
	must(!text.usage || strncmp(text.usage, "Usage:", 6) == 0);
	must(!text.summary || !strchr(text.summary, '\n'));
	must(!text.help || text.usage || text.summary);
	return 0;
}
