package io.llmtwin.openai;

import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionMessageParam;
import com.openai.models.chat.completions.ChatCompletionUserMessageParam;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/** The question of one call: a text, the text of a file, or an image with a text that asks about it. */
final class UserMessage {
    private UserMessage() {}

    /**
     * The message that {@code message} asks.
     *
     * @param text from header or option, which wins over the body; null where there is none
     * @throws IllegalArgumentException if nothing is asked, or with a file that is neither a text nor an image
     */
    static ChatCompletionMessageParam of(Message message, @Nullable String text) throws IOException {
        Object body = message.getBody() instanceof WrappedFile<?> wrapped ? wrapped.getFile() : message.getBody();
        if (body instanceof File file) {
            return of(file.toPath(), text);
        }
        String asked = text != null ? text : message.getBody(String.class);
        if (asked == null || asked.isBlank()) {
            throw new IllegalArgumentException("openai: needs a body or a user message");
        }
        return text(asked);
    }

    private static ChatCompletionMessageParam of(Path file, @Nullable String text) throws IOException {
        String type = String.valueOf(Files.probeContentType(file));
        if (type.startsWith("text/")) {
            return text(text != null ? text : Files.readString(file));
        }
        if (!type.startsWith("image/")) {
            throw new IllegalArgumentException(
                    "openai: can send texts and images, but " + file.getFileName() + " is " + type);
        }
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("openai: needs a user message beside an image");
        }
        String url = "data:" + type + ";base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        return user(ChatCompletionUserMessageParam.Content.ofArrayOfContentParts(List.of(
                ChatCompletionContentPart.ofText(
                        ChatCompletionContentPartText.builder().text(text).build()),
                ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                        .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                                .url(url)
                                .build())
                        .build()))));
    }

    private static ChatCompletionMessageParam text(String text) {
        return user(ChatCompletionUserMessageParam.Content.ofText(text));
    }

    private static ChatCompletionMessageParam user(ChatCompletionUserMessageParam.Content content) {
        return ChatCompletionMessageParam.ofUser(
                ChatCompletionUserMessageParam.builder().content(content).build());
    }
}
