package io.catena.chain.replica;

import static io.catena.chain.replica.Driven.A;
import static io.catena.chain.replica.Driven.B;
import static io.catena.chain.replica.Driven.C;
import static io.catena.chain.replica.Driven.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A full disk anywhere in the chain: nothing more is put, everything else goes on.
class RoomTest {
    private static final Optional<ClientReply> NO_SPACE = Optional.of(new ClientReply.NoSpace());

    private static long put(Driven head) {
        return head.write(Driven.put(KEY, "tag"));
    }

    @Test
    void shouldPutNothingWhileTheHeadsDiskIsFull() {
        Driven head = Driven.seated(A, A, B);
        head.step(new Input.Room(false));
        assertThat(head.reply(put(head))).isEqualTo(NO_SPACE);
        head.step(new Input.Room(true));
        assertThat(head.reply(put(head))).isEmpty();
        assertThat(head.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldTakeDeletesWithoutRoom() {
        Driven head = Driven.seated(A, A, B);
        head.step(new Input.Room(false));
        head.write(new Mutation.Delete(KEY, true));
        assertThat(head.status().endSeq()).isEqualTo(1);
    }

    @Test
    void shouldPutNothingWhileADiskBehindIsFull() {
        Driven head = Driven.seated(A, A, B);
        head.receive(B, new ChainMessage.Room(false));
        assertThat(head.reply(put(head))).isEqualTo(NO_SPACE);
        head.receive(B, new ChainMessage.Room(true));
        assertThat(head.reply(put(head))).isEmpty();
    }

    @Test
    void shouldPassOnThatADiskIsFull() {
        Driven middle = Driven.seated(B, A, B, C);
        middle.receive(C, new ChainMessage.Room(false));
        assertThat(middle.takeSent(A)).containsExactly(new ChainMessage.Room(false));
        middle.step(new Input.Room(false));
        assertThat(middle.takeSent(A)).as("it knows").isEmpty();
        middle.receive(C, new ChainMessage.Room(true));
        assertThat(middle.takeSent(A)).as("this disk is full too").isEmpty();
        middle.step(new Input.Room(true));
        assertThat(middle.takeSent(A)).containsExactly(new ChainMessage.Room(true));
    }

    @Test
    void shouldSayItAgainToWhomeverGreets() {
        Driven tail = Driven.seated(C, A, B, C);
        tail.step(new Input.Room(false));
        assertThat(tail.takeSent(B)).containsExactly(new ChainMessage.Room(false));
        tail.receive(B, new ChainMessage.Hello());
        assertThat(tail.takeSent(B)).containsExactly(
                new ChainMessage.At(Position.NONE, 0), new ChainMessage.Room(false));
        tail.adopt(Driven.configuration(2, List.of(A, C)));
        assertThat(tail.takeSent(A)).as("not before it is greeted").isEmpty();
        tail.receive(A, new ChainMessage.Hello());
        assertThat(tail.takeSent(A)).contains(new ChainMessage.Room(false));
    }

    @Test
    void shouldForgetWhatASuccessorSaidThatIsGoneOrGreetedAnew() {
        Driven head = Driven.seated(A, A, B, C);
        head.receive(B, new ChainMessage.Room(false));
        head.receive(B, new ChainMessage.At(Position.NONE, 0));
        assertThat(head.reply(put(head))).as("it would have said so again").isEmpty();
        head.receive(B, new ChainMessage.Room(false));
        head.adopt(Driven.configuration(2, List.of(A, C)));
        assertThat(head.reply(put(head))).isEmpty();
    }
}
