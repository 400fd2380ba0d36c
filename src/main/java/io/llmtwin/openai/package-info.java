/**
 * The component {@code openai:}, as Camel 4.17 documents it. It stands in for camel-openai and is to be deleted when that
 * can be resolved: routes keep working as they are.
 */
package io.llmtwin.openai;
