package io.llmtwin.api;

import io.llmtwin.keys.Allowance;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.llm.CompletionDraft;
import io.llmtwin.llm.CompletionReader;
import io.llmtwin.prompt.TokenEstimate;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Has a key pay for the tokens of a request, or of what was rehearsed for it, when that is over. Where the model's server
 * didn't count them, as for an answer that was broken off, they are estimated.
 */
final class TokenBill extends SynchronizationAdapter {
    private final Allowance allowance;

    TokenBill(Allowance allowance) {
        this.allowance = allowance;
    }

    @Override
    public void onDone(Exchange exchange) {
        allowance.spend(tokens(exchange));
    }

    private static long tokens(Exchange exchange) {
        ChatCompletion completion = exchange.getVariable("completion", ChatCompletion.class);
        CompletionDraft draft = exchange.getVariable("draft", CompletionDraft.class);
        ChatCompletion.Usage usage = CompletionReader.usage(exchange);
        if (usage != null) {
            return usage.totalTokens();
        }
        if (completion == null && draft == null) {
            return 0;
        }
        String answer = completion != null ? completion.text() : draft.text();
        return estimate(exchange.getVariable("prompt", String.class)) + (long) estimate(answer);
    }

    private static int estimate(@Nullable String text) {
        return text == null ? 0 : TokenEstimate.of(text);
    }
}
