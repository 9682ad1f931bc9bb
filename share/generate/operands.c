/* SPDX-License-Identifier: MIT */
/* What the writers of completion files ask of a descriptor. */
#include <config.h>

#include "generate.h"

enum offer
offer_of(const struct operand *operand)
{
	switch (operand->kind) {
	case OPERAND_ANY:
		return operand->words ? OFFER_WORDS : OFFER_NOTHING;
	case OPERAND_FILE:
		return OFFER_FILES;
	case OPERAND_FOLDER:
		return OFFER_FOLDERS;
	case OPERAND_INSTALLED_OR_FOLDER:
		return OFFER_ASK_FOLDERS;
	default:
		return OFFER_ASK;
	}
}

bool
is_typed(const struct command *command)
{
	return !command->internal && !str_starts(str_from(command->name), STR_LIT("sh-"));
}

bool
has_operand(const struct command *command, size_t index)
{
	return index < COMMAND_OPERANDS &&
	       (command->operands[index].kind || command->operands[index].words);
}

const char *
operand_name(const struct operand *operand)
{
	switch (operand->kind) {
	case OPERAND_FILE:
		return "file";
	case OPERAND_FOLDER:
		return "folder";
	case OPERAND_INSTALLED:
	case OPERAND_INSTALLED_OR_FOLDER:
	case OPERAND_INSTALLABLE:
		return "version";
	case OPERAND_ENVIRONMENT:
		return "environment";
	case OPERAND_COMMAND:
	case OPERAND_EXECUTABLE:
		return "command";
	case OPERAND_SHELL:
		return "shell";
	case OPERAND_CONFIG_KEY:
		return "key";
	case OPERAND_ANY:
		break;
	}
	return "word";
}
