package io.llmtwin;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.GetByRoleOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The page at {@code /} in a real Chromium, its every flow clicked through. Screenshots are in target/screenshots. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"MANAGEMENT_SERVER_PORT=0", "LLM_TWIN_CORPUS=none", "EXPAND_N_QUERY=1"})
class PageIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final LlmStub LLM = new LlmStub();
    private static final String QUESTION = "What does Ada think of tests?";
    private static final String TEMPLATE = "prompts/answer.mustache";
    private static final List<String> VIEWS =
            List.of("ask", "documents", "revisions", "experiment", "replay", "evaluations");

    private static Chromium chromium;

    private final RunningService service;
    private final String address;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> foreign = new CopyOnWriteArrayList<>();
    private BrowserContext context;
    private Page page;

    PageIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
        this.address = "http://127.0.0.1:" + port + "/";
    }

    @DynamicPropertySource
    static void parts(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_URLS", LLM::baseUrl);
    }

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.start();
        PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
    }

    @AfterAll
    static void stop() throws IOException {
        LLM.close();
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        LLM.behave(call -> call.stream("Tests tell the truth", " [1]", ".").done());
        service.store(Map.of(
                "id",
                "on-tests",
                "type",
                "article",
                "author",
                "Ada",
                "title",
                "On tests",
                "link",
                "http://127.0.0.1/on-tests",
                "content",
                "What Ada thinks of tests: tests tell the truth."));
        open(new NewContextOptions().setViewportSize(1280, 860));
    }

    @AfterEach
    void closePage() {
        context.close();
        assertThat(complaints).isEmpty();
        assertThat(foreign).as("requests to other hosts").isEmpty();
    }

    @Test
    void page_onLoopback_isPaintedWithinASecond() {
        List<Double> paints = IntStream.range(0, 5)
                .mapToObj(load -> {
                    page.navigate(address);
                    assertThat(page.locator("textarea")).isVisible();
                    return ((Number) page.evaluate(
                                    "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                            .doubleValue();
                })
                .toList();
        // the machine may have been busy with something else for some of them
        assertThat(paints).anyMatch(milliseconds -> milliseconds < 1000);
    }

    @Test
    void answer_isShownWhileItIsWritten_withItsSources() {
        CountDownLatch seen = new CountDownLatch(1);
        LLM.behave(call -> {
            call.stream("Tests tell ");
            seen.await();
            call.token("the truth [1].").done();
        });
        type(QUESTION);
        Locator turn = page.locator(".turn");
        assertThat(turn).containsText("Tests tell");
        assertThat(turn).hasAttribute("aria-busy", "true");
        assertThat(turn.locator(".source")).containsText("On tests");
        assertThat(page.locator("#speech")).not().containsText("Tests tell");
        shoot("answer-streaming");
        seen.countDown();
        assertThat(turn).hasAttribute("aria-busy", "false");
        assertThat(page.locator("#speech")).containsText("Tests tell the truth");
        turn.getByLabel("Source 1").click();
        assertThat(turn.locator(".source")).hasClass(Pattern.compile("\\bmeant\\b"));
        assertThat(turn.locator(".source")).isFocused();
        assertThat(turn.getByRole(AriaRole.LINK, named("On tests"))).hasAttribute("href", "http://127.0.0.1/on-tests");
        shoot("answer");
    }

    @Test
    void answer_stoppedAndRetried_isWhole() {
        CountDownLatch never = new CountDownLatch(1);
        LLM.behave(call -> {
            call.stream("Tests ");
            never.await();
        });
        type(QUESTION);
        assertThat(page.locator(".text")).containsText("Tests");
        page.keyboard().press("Escape");
        assertThat(page.locator(".turn")).containsText("Stopped");
        LLM.behave(call -> call.stream("Once more", ".").done());
        page.getByText("Retry").click();
        assertThat(page.locator(".text")).containsText("Once more");
        assertThat(page.locator(".turn")).hasAttribute("aria-busy", "false");
        never.countDown();
    }

    @Test
    void answer_failed_saysWhyAndCanBeRetried() {
        LLM.behave(call -> call.refuse(400, "{\"error\":{\"message\":\"no\"}}"));
        type(QUESTION);
        assertThat(page.locator(".problem")).isVisible();
        page.getByText("Inspect").click();
        assertThat(page.locator(".bar.failed")).isVisible();
        shoot("answer-failed");
        LLM.behave(call -> call.stream("Better", ".").done());
        page.getByText("Retry").click();
        assertThat(page.locator(".text")).containsText("Better");
        assertThat(page.locator(".problem")).isHidden();
    }

    @Test
    void question_followingUp_carriesTheConversation() {
        ask(QUESTION);
        type("And why?");
        Locator second = page.locator(".turn").nth(1);
        assertThat(second).hasAttribute("aria-busy", "false");
        assertThat(second).containsText("follow-up");
        await().until(() -> LLM.calls().stream()
                .anyMatch(call -> call.contents().stream().anyMatch(said -> said.contains("Tests tell the truth"))));
        page.getByText("New chat").click();
        assertThat(page.locator(".welcome")).isVisible();
    }

    @Test
    void inspector_showsHowTheAnswerCameAbout() {
        ask(QUESTION);
        page.getByText("Inspect").click();
        assertThat(page.locator(".waterfall")).containsText("Language model");
        shoot("inspector-steps");
        tab("Steps").press("ArrowRight");
        assertThat(tab("Search")).isFocused();
        assertThat(page.locator(".queries")).containsText(QUESTION);
        assertThat(page.locator(".ranks .kept")).containsText("On tests");
        shoot("inspector-search");
        tab("Prompt").click();
        assertThat(page.locator("pre.prompt").first()).containsText("<question>" + QUESTION);
        page.getByText("Its template").click();
        assertThat(page.locator("pre.prompt").nth(1)).containsText("{{variables.query}}");
        page.getByText("The template's variables").click();
        assertThat(page.locator(".variables")).containsText("sources");
        shoot("inspector-prompt");
        tab("Record").click();
        assertThat(page.locator(".figures")).containsText("Tokens read");
        shoot("inspector-record");
    }

    @Test
    void feedback_withAReason_isKeptWithTheTrace() throws Exception {
        ask(QUESTION);
        page.getByLabel("Bad answer").click();
        page.getByLabel("Why?").fill("too short");
        page.getByText("Send").click();
        assertThat(page.getByText("Thank you, that is kept.")).isVisible();
        shoot("feedback");
        JsonNode feedback = service.json("/api/v1/traces?limit=1").at("/traces/0/feedback");
        assertThat(feedback.get("score").asDouble()).isZero();
        assertThat(feedback.get("reason").asText()).isEqualTo("too short");
    }

    @Test
    void prompt_edited_isTriedBesideTheOldOneAndActivated() throws Exception {
        String before = service.active();
        ask(QUESTION);
        page.getByText("Edit the prompt").click();
        Locator editor = page.locator(".editor textarea");
        String template = editor.inputValue();
        editor.fill(template + "\n{{#open}}");
        page.getByText("Try it").click();
        assertThat(page.locator(".problems li")).isVisible();
        assertThat(page.locator(".lines .bad")).isVisible();
        shoot("prompt-refused");
        editor.fill(template + "\nKeep it short.");
        LLM.behave(call -> call.stream(call.contents().toString().contains("Keep it short") ? "Short" : "Long", " [1].")
                .done());
        page.getByText("Try it").click();
        assertThat(page.getByText("Both have answered.")).isVisible();
        assertThat(page.locator(".sides del")).containsText("Long");
        assertThat(page.locator(".sides ins")).containsText("Short");
        shoot("prompt-answers");
        tab("Prompts").click();
        assertThat(page.locator(".sides ins")).containsText("Keep it short.");
        shoot("prompt-prompts");
        page.getByText("Activate the draft").click();
        assertThat(page.getByText("serves now")).isVisible();
        assertThat(service.active()).isNotEqualTo(before);
        view("revisions");
        shoot("revisions");
        page.locator(".card", new Page.LocatorOptions().setHasText(before))
                .getByText("Roll back to it")
                .click();
        assertThat(page.getByText("Revision " + before + " serves now.")).isVisible();
        assertThat(service.active()).isEqualTo(before);
    }

    @Test
    void draft_thrownAway_isGone() throws Exception {
        ask(QUESTION);
        page.getByText("Edit the prompt").click();
        Locator editor = page.locator(".editor textarea");
        editor.fill(editor.inputValue() + "\nFor the bin.");
        page.getByText("Try it").click();
        assertThat(page.getByText("Both have answered.")).isVisible();
        int revisions = revisions().get("revisions").size();
        page.getByText("Throw it away").click();
        assertThat(page.getByText("The draft is gone.")).isVisible();
        assertThat(revisions().get("revisions")).hasSize(revisions - 1);
    }

    @Test
    void revisions_compared_showWhatChanged() throws Exception {
        service.draft(Map.of(TEMPLATE, "Compared: {{variables.query}}"));
        service.send("POST", "/api/v1/revisions", "{\"files\": {\"" + TEMPLATE + "\": \"{{#open}}\"}}");
        view("revisions");
        assertThat(page.locator(".card.failed").first()).containsText(TEMPLATE);
        choice("From").selectOption(service.active());
        choice("to").selectOption(revisions().at("/revisions/0/id").asText());
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Compare"))
                .click();
        assertThat(page.locator("ins").first()).containsText("Compared");
        shoot("revisions-compared");
        page.locator(
                        ".card",
                        new Page.LocatorOptions()
                                .setHasText(revisions().at("/revisions/0/id").asText()))
                .getByText("Delete")
                .click();
        assertThat(page.getByText("is gone.")).isVisible();
    }

    @Test
    void experiment_begun_showsItsArmsAndEnds() throws Exception {
        service.draft(Map.of(TEMPLATE, "Tried: {{variables.query}}"));
        view("experiment");
        page.getByText("Begin", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator("article.card")).hasCount(2);
        shoot("experiment");
        for (int question = 0; question < 6; question++) {
            String trace =
                    service.answer("question " + question).get("trace_id").asText();
            service.send("POST", "/api/v1/feedback", "{\"trace_id\": \"" + trace + "\", \"score\": 1}");
        }
        page.reload();
        assertThat(page.getByText("With 95 % confidence").first()).isVisible();
        shoot("experiment-results");
        page.getByText("End it").click();
        assertThat(page.getByText("ended")).isVisible();
    }

    @Test
    void documents_ofSeveralForms_areStoredOrRefusedOneByOne() throws Exception {
        view("documents");
        page.getByLabel("Author").fill("Grace");
        page.locator("input[type=file]").setInputFiles(new FilePayload[] {
            file("bugs.md", "# On bugs\n\nA bug is an insect."),
            file(
                    "course.json",
                    "[{\"_id\": {\"$oid\": \"c1\"}, \"platform\": \"medium\", \"author_full_name\": \"Grace\","
                            + " \"content\": {\"Title\": \"Course\", \"Content\": \"Ships and bugs.\"}},"
                            + " {\"id\": \"c2\", \"author\": \"Grace\", \"content\": \" \"}]"),
            file("broken.json", "{")
        });
        assertThat(page.locator(".card")).hasCount(3);
        assertThat(card("bugs.md")).containsText("stored");
        assertThat(card("course.json")).containsText("incomplete");
        assertThat(card("course.json")).containsText("rejected");
        assertThat(card("broken.json")).containsText("This is no JSON");
        shoot("documents");
        Object dropped = page.evaluateHandle("""
                () => {
                  const data = new DataTransfer();
                  data.items.add(new File(['A compiler reads.'], 'compilers.txt'));
                  return data;
                }""");
        page.locator(".drop").dispatchEvent("drop", Map.of("dataTransfer", dropped));
        assertThat(card("compilers.txt")).containsText("1 chunk");
        JsonNode found = JSON.readTree(service.send("POST", "/api/v1/search", "{\"query\": \"What is a bug?\"}")
                .body());
        assertThat(found.get("sources").findValuesAsText("title")).contains("On bugs");
    }

    @Test
    void replay_throughADraft_showsDifferences() throws Exception {
        service.answer(QUESTION);
        service.draft(Map.of(TEMPLATE, "Replayed: {{variables.query}}"));
        LLM.behave(call -> call.stream("Quite", " another", ".").done());
        beginReplay();
        assertThat(page.locator(".card .chip")).hasText("changed");
        assertThat(page.locator(".card del").first()).isVisible();
        assertThat(page.locator(".card ins").first()).isVisible();
        assertThat(page.locator(".figures")).containsText("1 request");
        shoot("replay");
    }

    @Test
    void replay_cancelled_isBrokenOff() throws Exception {
        service.answer(QUESTION);
        service.draft(Map.of(TEMPLATE, "Cancelled: {{variables.query}}"));
        CountDownLatch never = new CountDownLatch(1);
        LLM.behave(call -> never.await());
        beginReplay();
        await().until(() -> !LLM.calls().isEmpty());
        shoot("replay-running");
        page.locator(".running").getByText("Cancel").click();
        assertThat(page.locator(".problem")).containsText("Cancelled");
        never.countDown();
    }

    @Test
    void evaluations_showCasesAndMeasures() {
        streamed("evaluations", """
                event: result
                data: {"evaluation": "answers", "question": "Why?", "passed": false, "failures": ["the answer lacks 'because'"], "answer": "So.", "sources": ["on-tests"], "measures": {"groundedness": 0.9}, "milliseconds": 120}

                event: done
                data: {"passed": false, "measures": {"hit_rate": 1, "groundedness": 0.9}}

                """);
        view("evaluations");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Evaluate"))
                .click();
        assertThat(page.getByText("the answer lacks 'because'")).isVisible();
        assertThat(page.getByText("not passed")).isVisible();
        shoot("evaluations");
    }

    @Test
    void key_entered_goesWithRequestsAndIsForgottenWithTheTab() {
        List<String> sent = new CopyOnWriteArrayList<>();
        page.route("**/api/v1/revisions", route -> {
            String authorization = route.request().headerValue("Authorization");
            if (authorization == null) {
                route.fulfill(new FulfillOptions()
                        .setStatus(401)
                        .setContentType("application/problem+json")
                        .setBody("{\"title\": \"Unauthorized\", \"detail\": \"send a key\"}"));
            } else {
                sent.add(authorization);
                route.resume();
            }
        });
        view("revisions");
        page.getByText("Enter an API key").click();
        page.getByLabel("Key", new Page.GetByLabelOptions().setExact(true)).fill("secret");
        shoot("key");
        page.getByText("Keep", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator(".headline").first()).isVisible();
        assertThat(sent).contains("Bearer secret");
        assertThat(page.evaluate("() => localStorage.length")).isEqualTo(0);
    }

    @Test
    void markup_fromAnywhere_staysText() throws Exception {
        String attack = "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>";
        service.store(Map.of(
                "id",
                "attack",
                "type",
                "article",
                "author",
                "Mallory",
                "title",
                attack,
                "link",
                "javascript:window.pwned=1",
                "content",
                "What does Mallory say? " + attack));
        LLM.behave(call -> call.stream(attack, " `", attack, "` [1] [2]").done());
        ask("What does Mallory say? " + attack);
        assertThat(page.locator(".source h4").first()).containsText("onerror");
        page.getByText("Inspect").click();
        for (String tab : List.of("Search", "Prompt", "Record", "Steps")) {
            tab(tab).click();
            assertThat(page.locator("[role=tabpanel]")).isVisible();
        }
        assertThat(page.locator("main img, main script")).hasCount(0);
        assertThat(page.locator("a[href^='javascript:']")).hasCount(0);
        assertThat(page.evaluate("() => window.pwned")).isNull();
        shoot("markup");
        service.send("DELETE", "/api/v1/documents/attack", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LIGHT", "DARK"})
    void views_inEitherScheme_haveNoSeriousFault(ColorScheme scheme) {
        context.close();
        open(new NewContextOptions().setViewportSize(1280, 860).setColorScheme(scheme));
        for (String view : VIEWS) {
            view(view);
            if (view.equals("ask")) {
                ask(QUESTION);
                page.getByText("Inspect").click();
                for (String tab : List.of("Steps", "Search", "Prompt", "Record")) {
                    tab(tab).click();
                    holdAgainstAxe(view + ", " + tab);
                }
                page.getByText("Edit the prompt").click();
                assertThat(page.locator(".editor")).isVisible();
            }
            holdAgainstAxe(view);
            shoot(view + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    @Test
    void views_onAPhone_fitItsWidth() {
        context.close();
        open(new NewContextOptions()
                .setViewportSize(390, 844)
                .setColorScheme(ColorScheme.DARK)
                .setHasTouch(true));
        for (String view : VIEWS) {
            view(view);
            if (view.equals("ask")) {
                shoot("phone-welcome");
                ask(QUESTION);
                page.getByText("Inspect").click();
                assertThat(page.locator(".waterfall")).isVisible();
            }
            assertThat(page.evaluate("() => document.documentElement.scrollWidth"))
                    .as(view)
                    .isEqualTo(390);
            shoot("phone-" + view);
        }
    }

    @Test
    void keyboard_alone_reachesEverything() {
        page.navigate(address);
        assertThat(page.locator("textarea")).isFocused();
        page.keyboard().type(QUESTION);
        page.keyboard().press("Enter");
        assertThat(page.locator(".turn")).hasAttribute("aria-busy", "false");
        page.locator("body").press("Tab");
        page.reload();
        page.locator(".skip").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("main")).isFocused();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Documents"))
                .press("Enter");
        assertThat(page.locator(".drop input")).isVisible();
        assertThat(page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Documents")))
                .hasAttribute("aria-current", "page");
    }

    private void open(NewContextOptions options) {
        context = chromium.open(options);
        page = context.newPage();
        page.onConsoleMessage(message -> {
            // the API says no with a status, which the browser reports
            boolean refused = message.location().contains("/api/v1/");
            if (!refused && List.of("error", "warning").contains(message.type())) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (!request.url().startsWith(address)
                    && !"blob".equals(URI.create(request.url()).getScheme())) {
                foreign.add(request.url());
            }
        });
    }

    private void view(String name) {
        page.navigate(address + "#" + name);
        page.waitForLoadState();
        assertThat(page.locator(name.equals("ask") ? "textarea" : ".loop h1")).isVisible();
    }

    /** Enters {@code question} and has it asked. */
    private void type(String question) {
        if (!page.url().startsWith(address)) {
            page.navigate(address);
        }
        page.locator(".composer textarea").fill(question);
        page.keyboard().press("Enter");
    }

    /** Asks {@code question} and waits for the whole answer. */
    private void ask(String question) {
        type(question);
        assertThat(page.locator(".turn").last()).hasAttribute("aria-busy", "false");
        assertThat(page.locator(".turn .facts").last()).isVisible();
    }

    private Locator tab(String name) {
        return page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName(name));
    }

    /** Has the newest revision answer the last request again. */
    private void beginReplay() {
        view("replay");
        assertThat(choice("Revision").locator("option").first()).hasText(Pattern.compile("draft"));
        page.getByLabel("The last").fill("1");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Replay"))
                .click();
    }

    private Locator choice(String name) {
        return page.getByRole(
                AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private Locator card(String text) {
        return page.locator(".card", new Page.LocatorOptions().setHasText(text));
    }

    private static GetByRoleOptions named(String name) {
        return new GetByRoleOptions().setName(name);
    }

    /** Has {@code call} of the API answered with these events. */
    private void streamed(String call, String events) {
        page.route(
                "**/api/v1/" + call,
                route -> route.fulfill(
                        new FulfillOptions().setContentType("text/event-stream").setBody(events)));
    }

    private void holdAgainstAxe(String what) {
        assertThat(new AxeBuilder(page)
                        .analyze().getViolations().stream()
                                .filter(violation ->
                                        List.of("serious", "critical").contains(violation.getImpact()))
                                .map(violation -> violation.getId() + ": "
                                        + violation.getNodes().stream()
                                                .map(node -> String.valueOf(node.getTarget()))
                                                .toList()))
                .as(what)
                .isEmpty();
    }

    private void shoot(String name) {
        page.screenshot(new ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    private JsonNode revisions() throws Exception {
        return service.json("/api/v1/revisions");
    }

    private static FilePayload file(String name, String content) {
        return new FilePayload(name, "text/plain", content.getBytes(StandardCharsets.UTF_8));
    }
}
