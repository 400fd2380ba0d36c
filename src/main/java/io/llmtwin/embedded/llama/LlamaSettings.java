package io.llmtwin.embedded.llama;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a llama.cpp process serves.
 *
 * @param location of the GGUF file: a path, or a URL
 * @param sha256 of the file, in hexadecimal; needed with a URL
 * @param folder for what is downloaded and unpacked
 * @param port to listen on; 0 for any that is free
 * @param maxTokens of a prompt and its completion together
 * @param threads that compute
 */
public record LlamaSettings(
        String location, @Nullable String sha256, Path folder, int port, int maxTokens, int threads) {
    private static final String SUFFIX = ".gguf";

    /** The model's name: that of its file, without {@code .gguf}. */
    public String name() {
        String path = location.replaceAll("[?#].*$", "");
        String file = path.substring(path.replace('\\', '/').lastIndexOf('/') + 1);
        return file.toLowerCase(Locale.ROOT).endsWith(SUFFIX)
                ? file.substring(0, file.length() - SUFFIX.length())
                : file;
    }

    /** These settings, as arguments of {@link LlamaServer}. */
    List<String> arguments() {
        return List.of(
                location,
                sha256 == null ? "" : sha256,
                folder.toString(),
                Integer.toString(port),
                Integer.toString(maxTokens),
                Integer.toString(threads));
    }

    static LlamaSettings of(String[] arguments) {
        return new LlamaSettings(
                arguments[0],
                arguments[1].isEmpty() ? null : arguments[1],
                Path.of(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                Integer.parseInt(arguments[5]));
    }

    LlamaSettings onPort(int other) {
        return new LlamaSettings(location, sha256, folder, other, maxTokens, threads);
    }
}
