"""Makes ``clip.mp4``, the title that ``./run demo`` plays: the mark drifting over dusk colours, and a running clock.

Needs an ffmpeg built with x264, fontconfig and librsvg; Miauflix itself does not need one. From the top folder::

    python resources/demo/make_clip.py

The clip is 12 s of 1280x720 H.264 with AAC stereo. What matters for the demo: the index (``moov``) comes first, so that
playing starts from the head of the torrent; there is a keyframe each second, so that a seek lands at once; the clock
shows whoever seeks where they are, clear of a player's controls; and nothing in the file tells when or
where it was made.
"""

# ruff: noqa: INP001 - a script to run, not a module to import

from __future__ import annotations

import subprocess
from pathlib import Path

SECONDS = 12
RATE = 25
WIDTH, HEIGHT = 1280, 720
INK = "0xfff8ee"
CLOCK = "%{eif\\:t\\:d\\:2} s"

HERE = Path(__file__).parent
CLIP = HERE / "clip.mp4"
MARK = HERE.parent / "icons" / "miauflix.svg"

DUSK = (
    f"gradients=s={WIDTH}x{HEIGHT}:r={RATE}:d={SECONDS}:n=4:seed=8:speed=0.012"
    ":c0=0x161a36:c1=0x3b2a5e:c2=0xa8466a:c3=0xc4593f:x0=0:y0=0:x1=1100:y1=720"
)
# The bar grows from left to right under everything; its end is where the clip ends.
BAR = f"color=c=0xffb05c:s={WIDTH}x8:r={RATE}:d={SECONDS}"

PICTURE = ";".join(
    [
        # A little grain keeps the soft colours from banding.
        "[0]format=yuv444p,noise=c0s=5:c0f=t:all_seed=20[dusk]",
        f"[1]format=rgba,fps={RATE}[mark]",
        "[dusk][mark]overlay=x='(W-w)/2+140*sin(2*PI*t/12)':y='64+22*sin(2*PI*t/3)':eval=frame[scene]",
        f"[scene][2]overlay=x='-w+w*t/{SECONDS}':y=H-h:eval=frame[barred]",
        f"[barred]drawtext=font=Inter:text=Miauflix:fontsize=84:fontcolor={INK}:x=(w-tw)/2:y=318[named]",
        f"[named]drawtext=font=monospace:text='{CLOCK}':fontsize=64:fontcolor={INK}cc:x=(w-tw)/2:y=428[clock]",
        "[clock]format=yuv420p[picture]",
    ]
)

# A chord in A: root, fifth, octave and third, swelling gently; a little wider in the right ear.
CHORD = "0.10*sin(2*PI*{0}*t)+0.07*sin(2*PI*{1}*t)+0.05*sin(2*PI*{2}*t)+0.04*sin(2*PI*{3}*t)"
LEFT = CHORD.format(110, 164.81, 220, 277.18)
RIGHT = CHORD.format(110.3, 164.81, 220.4, 277.18)
SWELL = "(0.75+0.25*sin(2*PI*t/6))"
SOUND = (
    f"aevalsrc='{SWELL}*({LEFT})|{SWELL}*({RIGHT})':s=48000:d={SECONDS},"
    f"afade=t=in:d=1,afade=t=out:st={SECONDS - 1.5}:d=1.5"
)


def command(target: Path) -> list[str]:
    """Return the ffmpeg call that writes the clip to ``target``."""
    return [
        *("ffmpeg", "-hide_banner", "-loglevel", "error", "-y"),
        *("-f", "lavfi", "-i", DUSK),
        *("-loop", "1", "-framerate", str(RATE), "-width", "230", "-height", "230", "-i", str(MARK)),
        *("-f", "lavfi", "-i", BAR),
        *("-f", "lavfi", "-i", SOUND),
        *("-filter_complex", PICTURE, "-map", "[picture]", "-map", "3:a", "-t", str(SECONDS)),
        *("-c:v", "libx264", "-profile:v", "high", "-level", "4.0", "-preset", "slow", "-crf", "21"),
        *("-maxrate", "1200k", "-bufsize", "1200k", "-threads", "1"),
        *("-g", str(RATE), "-keyint_min", str(RATE), "-sc_threshold", "0"),
        *("-c:a", "aac", "-b:a", "96k"),
        *("-movflags", "+faststart", "-map_metadata", "-1", "-fflags", "+bitexact"),
        *("-flags:v", "+bitexact", "-flags:a", "+bitexact"),
        str(target),
    ]


if __name__ == "__main__":
    subprocess.run(command(CLIP), check=True)  # noqa: S603 - every word of the call is written above
