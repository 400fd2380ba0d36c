package io.llmtwin.embedded.llama;

import io.llmtwin.embedded.llm.EmbeddedLlm;
import io.llmtwin.embedded.llm.ModelNotReadyException;
import io.llmtwin.embedded.llm.ServedModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The process that llama.cpp runs in: gets the model's file, loads it, and serves it. It answers 503 until then. Its
 * standard output is for {@link LlamaProcess}: {@value #PORT} and a number first, then {@value #STATE} and some words
 * whenever there is news. When its standard input ends, its parent is gone, and so is it.
 */
public final class LlamaServer {
    static final String PORT = "port ";
    static final String STATE = "state ";
    static final String READY = "ready";
    /** Exit status when the model can't be had or loaded, which trying again at once won't mend. */
    static final int NO_MODEL = 3;

    private LlamaServer() {}

    /** Serves the model that {@link LlamaSettings#arguments()} describe. */
    public static void main(String[] arguments) throws IOException {
        PrintStream parent = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        LlamaSettings settings = LlamaSettings.of(arguments);
        AtomicReference<@Nullable ServedModel> model = new AtomicReference<>();
        AtomicReference<String> state = new AtomicReference<>("starting");
        EmbeddedLlm server = EmbeddedLlm.start(settings.port(), () -> {
            ServedModel loaded = model.get();
            if (loaded == null) {
                throw new ModelNotReadyException("The model is not ready: " + state.get() + ".");
            }
            return loaded;
        });
        parent.println(PORT + server.baseUrl().getPort());
        endWithParent();
        try {
            Path file = new ModelFile(settings.folder(), news -> {
                        state.set(news);
                        parent.println(STATE + news);
                    })
                    .of(settings.location(), settings.sha256());
            state.set("loading");
            parent.println(STATE + "loading " + file.getFileName());
            model.set(new LlamaCompletions(settings.name(), file, settings.maxTokens(), settings.threads()));
            parent.println(STATE + READY);
        } catch (IOException | InterruptedException | RuntimeException | LinkageError e) {
            parent.println(STATE + e.getMessage());
            Runtime.getRuntime().halt(NO_MODEL);
        }
    }

    /** Halts rather than exits: what llama.cpp does at an exit while it generates is a crash. */
    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // the pipe broke, which says the same
                    }
                    Runtime.getRuntime().halt(0);
                },
                "parent");
        watch.setDaemon(true);
        watch.start();
    }
}
