"""Ask OpenGL who draws: a graphics card, or the processor in its place."""

from kivy.graphics.opengl import GL_RENDERER, glGetString

BY_PROCESSOR = ("llvmpipe", "softpipe", "swrast", "software")
"""What Mesa's renderers call themselves that draw without a graphics card."""


def renderer() -> str:
    """``hardware`` or ``software``, once there is a window."""
    answer = glGetString(GL_RENDERER) or b""
    name = answer.decode("ascii", "replace") if isinstance(answer, bytes) else str(answer)
    return "software" if any(each in name.lower() for each in BY_PROCESSOR) else "hardware"
