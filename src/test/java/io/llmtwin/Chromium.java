package io.llmtwin;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The Chromium of the machine, driven by Playwright. Tests that need it are skipped where there is none. */
public final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Path executable) {
        playwright = Playwright.create(new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(executable)
                        // the builds of containers run as root, for whom there is no sandbox
                        .setArgs(List.of("--no-sandbox")));
    }

    public static Chromium start() {
        Optional<Path> executable = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(executable.isPresent(), () -> "no Chromium: none of " + NAMES + " is in the PATH");
        return new Chromium(executable.orElseThrow());
    }

    /** A profile of its own, without anything kept. */
    public BrowserContext open(NewContextOptions options) {
        return browser.newContext(options);
    }

    @Override
    public void close() {
        playwright.close();
    }
}
