package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;

/** A wrong setting keeps the service from starting, and the message names it. */
@ExtendWith(OutputCaptureExtension.class)
class SettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TOP_K=many|TOP_K|many",
                "TOP_K=0|TOP_K|'0'",
                "KEEP_TOP_K=1000|KEEP_TOP_K|1000",
                "EXPAND_N_QUERY=-1|EXPAND_N_QUERY|-1",
                "MAX_INPUT_TOKENS=x|MAX_INPUT_TOKENS|x",
                "MAX_INPUT_TOKENS=4096|MAX_TOTAL_TOKENS|MAX_INPUT_TOKENS",
                "QDRANT_GRPC_PORT=66000|QDRANT_GRPC_PORT|66000",
                "USE_QDRANT_CLOUD=true|USE_QDRANT_CLOUD|QDRANT_CLOUD_URL",
                "LLM_URLS=host:8000|LLM_URLS|host:8000",
                "REQUEST_DEADLINE=soon|REQUEST_DEADLINE|soon",
                "REQUEST_DEADLINE=0s|REQUEST_DEADLINE|PT0S",
                "MAX_CONCURRENT_REQUESTS=0|MAX_CONCURRENT_REQUESTS|0",
                "MAX_BODY_SIZE=3GB|MAX_BODY_SIZE|3",
                "CORS_ALLOWED_ORIGINS=*|CORS_ALLOWED_ORIGINS|*",
                "KEY_REQUESTS_PER_MINUTE=-1|KEY_REQUESTS_PER_MINUTE|-1",
                "RERANK=best|RERANK|best",
                "RERANK=http|RERANK_URL|RERANK=http",
                "RERANK=cross-encoder|RERANK_MODEL_PATH|RERANK=cross-encoder",
                "RERANK_URL=host:8000|RERANK_URL|host:8000",
                "RERANK_MODEL_PATH=/no/such/model.onnx|RERANK_MODEL_PATH|/no/such/model.onnx",
                "RERANK_DEPTH=0|RERANK_DEPTH|'0'",
                "JOURNAL_MAX_SIZE=1KB|JOURNAL_MAX_SIZE|1",
                "LLM_TWIN_CORPUS=/no/such/folder|LLM_TWIN_CORPUS|/no/such/folder",
                "LLM_TWIN_HOME=/dev/null/home|LLM_TWIN_HOME|/dev/null/home",
                "EMBEDDED_LLM_PORT=-1|EMBEDDED_LLM_PORT|-1"
            })
    void start_wrongSetting_failsAndNamesIt(String setting, String name, String value, CapturedOutput output) {
        assertThatThrownBy(() -> start(setting)).isNotNull();
        assertThat(output.getOut())
                .contains("A setting is wrong")
                .contains(name)
                .contains(value);
    }

    @Test
    void start_wrongSecret_isNotShown(CapturedOutput output) {
        assertThatThrownBy(() -> start("QDRANT_APIKEY=hush-hush", "TOP_K=x")).isNotNull();
        assertThat(output.getAll()).doesNotContain("hush-hush");
    }

    @Test
    void start_passwordInAUrl_isRefusedAndNotShown(CapturedOutput output) {
        assertThatThrownBy(() -> start("LLM_URLS=http://ada:hush-hush@host:8000/v1"))
                .isNotNull();
        assertThat(output.getAll()).contains("LLM_API_KEY").doesNotContain("hush-hush");
    }

    @Test
    void service_folderWithoutAPipeline_doesNotStart() {
        assertThatThrownBy(() -> new SpringApplicationBuilder(LlmTwinApplication.class)
                        .run(
                                "--LLM_TWIN_PIPELINE=target",
                                "--LLM_TWIN_CORPUS=none",
                                "--LLM_TWIN_HOME=" + RunningService.newHome(),
                                "--SERVER_PORT=0",
                                "--MANAGEMENT_SERVER_PORT=0"))
                .hasStackTraceContaining("the service calls direct:generate, and no route begins there");
    }

    @Test
    void service_openToOthersWithoutKeys_doesNotStart(CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(LlmTwinApplication.class)
                        .run(
                                "--SERVER_ADDRESS=0.0.0.0",
                                "--LLM_TWIN_CORPUS=none",
                                "--LLM_TWIN_HOME=" + RunningService.newHome(),
                                "--SERVER_PORT=0",
                                "--MANAGEMENT_SERVER_PORT=0"))
                .isNotNull();
        assertThat(output.getOut()).contains("LLM_TWIN_API_KEYS");
    }

    @Test
    void service_managementPortOpenToOthersWithoutKeys_doesNotStart(CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(LlmTwinApplication.class)
                        .run(
                                "--MANAGEMENT_SERVER_ADDRESS=0.0.0.0",
                                "--LLM_TWIN_CORPUS=none",
                                "--LLM_TWIN_HOME=" + RunningService.newHome(),
                                "--SERVER_PORT=0",
                                "--MANAGEMENT_SERVER_PORT=0"))
                .isNotNull();
        assertThat(output.getOut()).contains("MANAGEMENT_SERVER_ADDRESS").contains("LLM_TWIN_API_KEYS");
    }

    @Test
    void service_keysMalformed_doesNotStartAndShowsNone(CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(LlmTwinApplication.class)
                        .run(
                                "--LLM_TWIN_API_KEYS=a:b,hush-hush",
                                "--LLM_TWIN_CORPUS=none",
                                "--LLM_TWIN_HOME=" + RunningService.newHome(),
                                "--SERVER_PORT=0",
                                "--MANAGEMENT_SERVER_PORT=0"))
                .isNotNull();
        assertThat(output.getAll()).contains("LLM_TWIN_API_KEYS must be").doesNotContain("hush-hush");
    }

    /** Spring's own, 30 s, cuts a long answer off: a blocked route becomes 503, a stream just ends. */
    @Test
    void serversRequestTimeout_always_isBeyondTheLongestDeadline() {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yaml"));
        Object timeout = yaml.getObject().get("camel.component.platform-http.request-timeout");
        assertThat(Long.parseLong(timeout.toString()))
                .isGreaterThan(Duration.ofHours(1).toMillis());
    }

    @Test
    void start_rightSettings_succeeds() {
        start("TOP_K=9", "LLM_URLS=http://a:8000/v1,http://b:8000/v1");
    }

    private static void start(String... settings) {
        String[] arguments = new String[settings.length];
        for (int i = 0; i < settings.length; i++) {
            arguments[i] = "--" + settings[i];
        }
        new SpringApplicationBuilder(SettingsAlone.class)
                .web(WebApplicationType.NONE)
                .run(arguments)
                .close();
    }

    @Configuration
    @ConfigurationPropertiesScan("io.llmtwin")
    static class SettingsAlone {}
}
