package io.llmtwin.embedded.llama;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import io.llmtwin.embedded.llm.ChatMessage;
import io.llmtwin.embedded.llm.ChatRequest;
import io.llmtwin.embedded.llm.ServedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A GGUF model in llama.cpp. It generates one completion at a time; the next waits its turn, in the order of arrival.
 * Thread-safe.
 *
 * <p>llama.cpp's Java binding has to be humoured: it is loaded once and never closed, because closing leaks; a prompt's
 * length is checked before, because a long one is cut without a word; and a completion is cancelled by the thread that
 * reads it, because another one's cancelling leaves that thread waiting for ever.
 */
final class LlamaCompletions implements ServedModel {
    private static final int BATCH = 128;
    private static final int SECONDS_BETWEEN_SIGNS = 1;

    private final String name;
    private final int maxTokens;
    private final LlamaModel model;
    private final ChatTemplate template;
    private final int framingTokens;
    private final Semaphore turn = new Semaphore(1, true);

    /**
     * Loads a model.
     *
     * @param file in the GGUF format
     * @param maxTokens of a prompt and its completion together
     * @throws RuntimeException if llama.cpp can't load the file
     */
    LlamaCompletions(String name, Path file, int maxTokens, int threads) {
        this.name = name;
        this.maxTokens = maxTokens;
        this.model = new LlamaModel(new ModelParameters()
                .setModel(file.toString())
                .setCtxSize(maxTokens)
                .setBatchSize(BATCH)
                .setThreads(threads)
                .setParallel(1)
                .setGpuLayers(0)
                .disableContextShift()
                .disableLog());
        this.template = new ChatTemplate(model);
        this.framingTokens = model.encode("").length;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int maxTokens() {
        return maxTokens;
    }

    @Override
    public String prompt(List<ChatMessage> messages) {
        return template.prompt(messages);
    }

    @Override
    public List<Long> tokens(String text) {
        return Arrays.stream(model.encode(text)).asLongStream().boxed().toList();
    }

    @Override
    public int countUpTo(String text, int limit) {
        return model.encode(text).length;
    }

    @Override
    public int complete(ChatRequest request, int limit, Pieces pieces) throws IOException {
        awaitTurn(pieces);
        try {
            return generate(request, limit, pieces);
        } finally {
            turn.release();
        }
    }

    private void awaitTurn(Pieces pieces) throws IOException {
        try {
            while (!turn.tryAcquire(SECONDS_BETWEEN_SIGNS, TimeUnit.SECONDS)) {
                pieces.waiting();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for another completion", e);
        }
    }

    private int generate(ChatRequest request, int limit, Pieces pieces) throws IOException {
        LlamaIterator outputs = model.generate(parameters(request, limit)).iterator();
        StringBuilder text = new StringBuilder();
        boolean ended = false;
        try {
            while (outputs.hasNext()) {
                String piece = outputs.next().text;
                if (!piece.isEmpty()) {
                    text.append(piece);
                    pieces.next(piece, null);
                }
            }
            ended = true;
        } finally {
            if (!ended) {
                outputs.cancel();
            }
        }
        int tokens = model.encode(text.toString()).length - framingTokens;
        pieces.next("", tokens >= limit ? "length" : "stop");
        return tokens;
    }

    private InferenceParameters parameters(ChatRequest request, int limit) {
        InferenceParameters parameters = new InferenceParameters(prompt(request.messages()))
                .setNPredict(limit)
                .setCachePrompt(true);
        if (!request.stops().isEmpty()) {
            parameters.setStopStrings(request.stops().toArray(String[]::new));
        }
        if (request.temperature() != null) {
            parameters.setTemperature(request.temperature().floatValue());
        }
        if (request.topP() != null) {
            parameters.setTopP(request.topP().floatValue());
        }
        if (request.seed() != null) {
            parameters.setSeed(request.seed());
        }
        return parameters;
    }
}
