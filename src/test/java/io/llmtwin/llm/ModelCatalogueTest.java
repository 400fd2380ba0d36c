package io.llmtwin.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.util.concurrent.Uninterruptibles;
import com.sun.net.httpserver.HttpServer;
import io.llmtwin.llm.ModelCatalogue.Listing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelCatalogueTest {
    private HttpServer http;
    private LlmServer server;
    private ModelCatalogue catalogue;
    private int status = 200;
    private String models = "";

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/models", exchange -> {
            byte[] body = models.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
        URI url = URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/v1");
        server = new LlmServer(List.of(url), "llm-twin", null);
        catalogue = new ModelCatalogue(server, new LlmLimits(1536, 512), new ObjectMapper());
    }

    @AfterEach
    void stop() {
        catalogue.close();
        http.stop(0);
    }

    @Test
    void limit_ofAnAdapter_isItsParents() {
        models = """
                {"object":"list","data":[{"id":"base","root":"base","parent":null,"max_model_len":4096},
                 {"id":"llm-twin","root":"/adapters/1","parent":"base","max_model_len":null}]}
                """;
        assertThat(look()).isEqualTo(new Listing("", true));
        assertThat(server.maxModelLen()).hasValue(4096);
    }

    @Test
    void adapter_ofAModelThatIsOne_isWhatItWasLoadedFrom() {
        models = """
                {"data":[{"id":"base","root":"base","parent":null},
                 {"id":"llm-twin","root":"/adapters/llm-twin-2","parent":"base"}]}
                """;
        look();
        assertThat(server.adapterAt(server.replicas().get(0))).isEqualTo("/adapters/llm-twin-2");
        models = "{\"data\":[{\"id\":\"llm-twin\",\"root\":\"llm-twin\"}]}";
        look();
        assertThat(server.adapterAt(server.replicas().get(0))).isNull();
    }

    @Test
    void limit_ofAModel_isItsOwn() {
        models = "{\"data\":[{\"id\":\"llm-twin\",\"max_model_len\":2048}]}";
        assertThat(look().listsModel()).isTrue();
        assertThat(server.maxModelLen()).hasValue(2048);
    }

    @Test
    void limit_whenNobodySays_isUnknown() {
        models = "{\"data\":[{\"id\":\"llm-twin\"},{\"id\":\"other\",\"max_model_len\":9}]}";
        assertThat(look().listsModel()).isTrue();
        assertThat(server.maxModelLen()).isEmpty();
    }

    @Test
    void model_thatIsMissing_isSaid() {
        models = "{\"data\":[{\"id\":\"base\"}]}";
        assertThat(look()).isEqualTo(new Listing("", false));
    }

    @Test
    void replica_thatFails_isSaid() {
        status = 401;
        models = "{\"error\":\"Unauthorized\"}";
        assertThat(look().fault()).isEqualTo("status 401");
        status = 200;
        models = "not JSON";
        assertThat(look().fault()).isNotEmpty();
        http.stop(0);
        assertThat(look().fault()).isEqualTo("ConnectException");
    }

    @Test
    void replica_thatStopsInTheMiddle_isGivenUp() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        http.removeContext("/v1/models");
        http.createContext("/v1/models", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            Uninterruptibles.awaitUninterruptibly(end);
            exchange.close();
        });
        assertThat(look().fault()).isEqualTo("TimeoutException");
        end.countDown();
    }

    private Listing look() {
        return catalogue.look().get(server.members().get(0));
    }
}
